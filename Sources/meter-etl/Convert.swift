#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Convert: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes the day files of a lake such of another format.",
            discussion: """
                EXAMPLES:
                  meter-etl convert --lake lake --to parquet

                Days are converted one after another. An interrupted run loses and doubles nothing; run \
                it again to complete it. Athena needs the table of the new format.

                \(ExitCodes.help(
                    .usage(), .data("some days could not be converted; all others were"),
                    .noInput("lake"), .inputOutput(), .lakeIsHeld))
                """
        )

        @Option(help: ArgumentHelp("The lake: a folder, or s3://bucket/prefix.", valueName: "lake"))
        var lake: String

        @Option(help: "What day files shall be: parquet, or json for gzip JSON lines.")
        var to: LakeFormat

        @OptionGroup var ledger: LedgerOptions

        @OptionGroup var writing: WritingOptions

        @OptionGroup var work: JobOptions

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = ConvertJob(lake: lake, to: to, jobs: work.jobs)
                job.ledger = ledger.ledger
                job.overwritesUnconditionally = writing.unsafeOverwrite
                let outcome = try await job.run()
                let lines = outcome.days.map {
                    "\($0.day): \(Counted.text($0.rows, "row", "rows")), "
                        + "\(Counted.text($0.totalTokens, "token", "tokens"))\n"
                }
                try Console.show(
                    "\(Counted.text(lines.count, "day", "days")) converted\n" + lines.joined())
                for warning in outcome.warnings { Console.complain(warning) }
                for failure in outcome.failures { Console.complain("\(failure)") }
                return outcome.failures.isEmpty
            }
        }
    }
#endif
