#if Commands
    import ArgumentParser
    import MeterConsole
    import MeteringPipeline

    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a day's file again from the sources that the ledger names.",
            discussion: """
                EXAMPLES:
                  meter-etl rebuild --lake lake --day 2025-12-07

                Refused, with a list, where a source is gone, has changed or cannot be read, since that \
                would lose usage. A closed day that it changes is restated.

                \(ExitCodes.help(
                    .usage(or: "a day that is rebuilt only if forced"),
                    .data("sources are lost, so that usage would be"),
                    .noInput("lake, ledger, or known source of the day"),
                    .inputOutput(), .lakeIsHeld))
                """
        )

        @OptionGroup var lake: LakeOptions

        @Option(help: ArgumentHelp("The day, as 2025-12-07.", valueName: "day"))
        var day: String

        @Flag(help: "Give up rows that no source has which the ledger knows.")
        var force = false

        @OptionGroup var writing: WritingOptions

        @OptionGroup(title: "Limits") var limits: LimitOptions

        func validate() throws { _ = try DayArgument.day(day, "--day") }

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = RebuildJob(
                    try DayArgument.day(day, "--day"), of: lake.lake, ledger: lake.ledger.ledger,
                    force: force, limits: limits.decoding, jobs: limits.jobs
                )
                job.overwritesUnconditionally = writing.unsafeOverwrite
                let outcome = try await job.run()
                for failure in outcome.lost { Console.complain("\(failure)") }
                guard let rebuilt = outcome.rebuilt else {
                    Console.complain(
                        "\(day): not rebuilt, since \(outcome.lost.count) of \(outcome.sources) "
                            + "sources are lost")
                    return false
                }
                try Console.write(
                    "\(rebuilt.day): \(rebuilt.rows) rows, \(rebuilt.totalTokens) tokens, from "
                        + "\(outcome.sources) sources\n"
                        + (outcome.isRestated ? "\(rebuilt.day) was closed, and is restated\n" : "")
                )
                return true
            }
        }
    }
#endif
