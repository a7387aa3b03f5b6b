#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Nightly: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Exports, ingests, registers, verifies and closes: what a night has to do.",
            discussion: """
                EXAMPLES:
                  meter-etl nightly --log-group /aws/bedrock/metering --to s3://bucket/exports \
                --lake s3://bucket/lake
                  meter-etl nightly --source s3://bucket/firehose --lake s3://bucket/lake
                  meter-etl nightly --backfill 2025-11-01 2025-11-30 --log-group /aws/bedrock/metering \
                --to s3://bucket/exports --lake s3://bucket/lake

                The day is yesterday in UTC unless given; the one before it is closed. Any step may be \
                repeated, and a night that failed is made up by the next one.

                What would meet every day alike, such as missing credentials, ends the night; what fails for \
                one day does not keep the others. The code is that of the step that failed first. Days that \
                nights have left undone more than 14 days ago are out of reach: they are named each night, \
                with 65, until a backfill makes them up.

                \(ExitCodes.help(
                    .usage(or: "a change of the table that is not forced"),
                    .data("something was rejected, could not be read, or is not as recorded"),
                    .noInput("log group, bucket or source"),
                    .inputOutput("AWS, reading or writing failed"), .lakeIsHeld,
                    .interrupted("and the next night goes on")))
                """
        )

        @Option(help: ArgumentHelp("The day; yesterday unless given.", valueName: "day"))
        var day: String?

        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("The first and the last of many days.", valueName: "day"))
        var backfill: [String] = []

        @Flag(
            help:
                "Export all days of a backfill once more, closed ones too, for events that came late."
        )
        var again = false

        @Option(help: ArgumentHelp("The log group to export.", valueName: "name"))
        var logGroup: String?

        @Option(help: ArgumentHelp("Where exports go.", valueName: "s3://…"))
        var to: String?

        @Option(
            help: ArgumentHelp(
                "Log objects that something else delivers, in place of exports.",
                valueName: "path|s3://…"))
        var source: String?

        @Option(help: ArgumentHelp("The lake.", valueName: "folder|s3://…"))
        var lake: String

        @Option(help: "What day files of a new lake are: parquet or json.")
        var format: LakeFormat?

        @OptionGroup var identity: IdentityOptions

        @OptionGroup var ledger: LedgerOptions

        @OptionGroup var table: TableOptions

        @Flag(help: "Leave the catalog alone.")
        var noRegister = false

        @Option(
            help: ArgumentHelp(
                "A file that is written where the night ends well.", valueName: "file"))
        var heartbeat: String?

        @Option(help: "How the summary is written.")
        var summary = Ingest.SummaryFormat.text

        @OptionGroup var writing: WritingOptions

        @OptionGroup var logs: LogOptions

        @OptionGroup var work: JobOptions

        @OptionGroup var limits: LimitOptions

        @OptionGroup var memory: MemoryOptions

        func validate() throws {
            _ = try input()
            _ = try span()
            guard !again || !backfill.isEmpty && source == nil else {
                throw ValidationError("--again goes with --backfill and --log-group.")
            }
        }

        private func input() throws -> NightlyJob.Input? {
            switch (source, logGroup, to) {
            case (let source?, nil, nil): return .source(source)
            case (nil, let group?, let destination?):
                // Where it makes no sense, running says so.
                return (try? ExportDestination(destination)).map {
                    .exports(logGroup: group, to: $0)
                }
            default:
                throw ValidationError("Give --log-group and --to, or --source.")
            }
        }

        private func span() throws -> NightlyJob.Span {
            switch (day, backfill.count) {
            case (nil, 0): return .night(nil)
            case (let day?, 0): return .night(try DayArgument.day(day, "--day"))
            case (nil, _): return .backfill(try DayArgument.period(backfill, "--backfill"))
            default: throw ValidationError("Give --day or --backfill, or neither.")
            }
        }

        func run() async throws {
            try await Console.run("meter-etl") {
                if let to { _ = try ExportDestination(to) }
                guard let input = try input() else { return false }
                var job = NightlyJob(try span(), from: input, into: lake, logger: logs.logger)
                job.ledger = ledger.ledger
                job.format = format
                job.identity = identity.identity
                job.table = noRegister ? nil : table.name
                job.overwritesUnconditionally = writing.unsafeOverwrite
                job.limits = limits.decoding
                job.jobs = work.jobs
                job.memory = memory.bytes
                job.exportsAgain = again
                let (running, isJSON) = (job, summary == .json)
                let outcome = try await Interruption.cancelling {
                    let outcome = try await running.run()
                    if isJSON {
                        try Console.write(data: outcome.json())
                    } else {
                        try Console.show(outcome.text())
                    }
                    if outcome.isInterrupted { throw CancellationError() }
                    return outcome
                }
                if let heartbeat, outcome.isClean {
                    try Heartbeat(at: heartbeat).beat(after: outcome)
                }
                guard outcome.exitCode == 0 else { throw ExitCode(outcome.exitCode) }
                return true
            }
        }
    }
#endif
