#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Ingest: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads log objects and merges their usage records into the lake's day files.",
            discussion: """
                EXAMPLES:
                  meter-etl ingest --source exports/2025-12-07 --lake lake
                  meter-etl ingest --source exports --lake lake --summary json
                  meter-etl ingest --source s3://logs/exports --lake s3://metering/lake
                  meter-etl ingest --engine athena --dry-run --day 2025-12-07 \
                --source s3://bucket/exports/ --lake s3://bucket/athena-lake/

                The same objects may be read again at any time, in any order and split in any way: the \
                lake holds each call once. Objects that the ledger knows unchanged are not opened.

                Files that other writers have put into the lake's folders of days are merged too, if \
                every row of them is usage, and moved to _replaced. Without --source nothing else is read.

                \(ExitCodes.help(
                    .usage(or: "a table or lake that Athena cannot ingest into"),
                    .data("some input was rejected or could not be read; the lake has all else"),
                    .noInput("source"), .inputOutput("reading or writing failed, or Athena did"),
                    .lakeIsHeld, .interrupted("which stops what Athena runs")))
                """
        )

        @Option(
            help: ArgumentHelp(
                "Exported log objects: a file, a folder, or s3://bucket/prefix.",
                discussion: "Where it is left out, what lies in the lake is taken over.",
                valueName: "path"
            )
        )
        var source: String?

        @Option(
            help: ArgumentHelp(
                "The lake: a folder, made where there is none, or s3://bucket/prefix.",
                valueName: "lake"
            )
        )
        var lake: String

        @Option(
            help:
                "What day files are: parquet, or json for gzip JSON lines; else as the lake, or with --engine athena the table, has them."
        )
        var format: LakeFormat?

        @OptionGroup var identity: IdentityOptions

        @OptionGroup var ledger: LedgerOptions

        @Flag(
            help: "Read objects again that the ledger knows unchanged, as after a limit was raised."
        )
        var reread = false

        @Option(help: "How the summary is written.")
        var summary = SummaryFormat.text

        @OptionGroup var writing: WritingOptions

        @OptionGroup var work: JobOptions

        @OptionGroup var limits: LimitOptions

        @OptionGroup var memory: MemoryOptions

        @OptionGroup var engine: EngineOptions

        /// Rejected lines that are named one by one, so that a source of something else fills no log.
        private static let namedRejects = 100

        enum SummaryFormat: String, ExpressibleByArgument, CaseIterable {
            case text, json
        }

        func run() async throws {
            if engine.engine == .athena {
                return try await engine.dryRun ? printStatements() : ingestInAthena()
            }
            try await Console.run("meter-etl") {
                var job = IngestJob(
                    source: source, lake: lake, format: format, ledger: ledger.ledger,
                    limits: limits.decoding, jobs: work.jobs
                )
                job.memory = memory.bytes
                job.identity = identity.identity
                job.rereads = reread
                job.overwritesUnconditionally = writing.unsafeOverwrite
                job.progress = Console.progress
                let summary = try await job.run()
                switch self.summary {
                case .text: try Console.show(summary.text())
                case .json: try Console.write(data: summary.json())
                }
                for warning in summary.warnings { Console.complain(warning) }
                for reject in summary.rejects {
                    Console.complain(
                        "\(reject.object): line \(reject.line), byte \(reject.byteOffset): "
                            + "\(reject.reason)"
                    )
                }
                let unnamed = summary.openRejects - summary.rejects.count
                if unnamed > 0 {
                    Console.complain(
                        "\(Counted.text(unnamed, "more rejected line", "more rejected lines")); "
                            + "\(ShellWord.command(["rejects"], lake: lake)) names all")
                }
                for failure in summary.failures { Console.complain("\(failure)") }
                if source == nil, summary.takenOver.isEmpty, summary.failures.isEmpty {
                    Console.complain(
                        "the lake holds no files of other writers to take over; --source names "
                            + "log objects to ingest")
                }
                return summary.isClean
            }
        }

        func validate() throws {
            guard engine.engine == .local || !reread && ledger.ledger == nil else {
                throw ValidationError("--reread and --ledger go with --engine local.")
            }
            guard engine.engine == .local || source != nil else {
                throw ValidationError("--engine athena needs a --source.")
            }
        }

        private func ingestInAthena() async throws {
            try await Console.run("meter-etl") {
                var job = try athenaJob()
                job.progress = { Console.complain($0) }
                let running = job
                let outcome = try await Interruption.cancelling { try await running.run() }
                switch summary {
                case .text: try Console.show(outcome.text())
                case .json: try Console.write(data: outcome.json())
                }
                for warning in outcome.warnings { Console.complain(warning) }
                for reject in outcome.rejects.prefix(Self.namedRejects) {
                    Console.complain(
                        "\(reject.object): \(Counted.text(reject.lines, "line", "lines")): "
                            + reject.reason)
                }
                let unnamed = outcome.rejects.count - Self.namedRejects
                if unnamed > 0 {
                    Console.complain(
                        Counted.text(unnamed, "more kind", "more kinds") + " of rejected lines")
                }
                for failure in outcome.failures { Console.complain("\(failure)") }
                return outcome.isClean
            }
        }

        private func athenaJob() throws -> AthenaIngestJob {
            var ingest = try engine.ingest(
                source: source ?? "", lake: lake, run: EngineOptions.newRun)
            ingest.maximumNameSize = limits.decoding.maximumNameSize
            var job = AthenaIngestJob(ingest, format: format, runner: engine.workgroup.runner)
            job.identity = identity.identity
            return job
        }

        private func printStatements() async throws {
            try await Console.run("meter-etl") {
                let job = try athenaJob()
                var ingest = job.ingest
                ingest.identity = identity.identity ?? .request
                do {
                    ingest = try await job.check()
                } catch let error as PipelineError
                    where ![.usage, .damagedLake].contains(error.code)
                {
                    // Statements may be printed where nothing on AWS can be asked for.
                    Console.complain("\(error); whether the run would refuse is not known")
                }
                try Console.write(data: ingest.script)
                return true
            }
        }
    }
#endif
