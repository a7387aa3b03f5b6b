#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a day's file again from the sources that the ledger names.",
            discussion: """
                EXAMPLES:
                  meter-etl rebuild --lake lake --day 2025-12-07

                A file that another machine may have written is merged with the sources, and one that \
                cannot be read is kept under _damaged in the lake. Refused, with a list, where that would \
                lose usage: where a source is gone, has changed or cannot be read, or where sources and \
                file hold less than was recorded, which --force gives up. A closed day that it changes is \
                restated.

                \(ExitCodes.help(
                    .usage(),
                    .data("sources are lost or hold less than was recorded, so that usage would be lost"),
                    .noInput("lake, ledger, or known source of the day"),
                    .inputOutput(), .lakeIsHeld))
                """
        )

        @OptionGroup var lake: LakeOptions

        @Option(help: ArgumentHelp("The day, as 2025-12-07.", valueName: "day"))
        var day: String

        @Flag(help: "Give up usage that no source has which the ledger knows.")
        var force = false

        @OptionGroup var writing: WritingOptions

        @OptionGroup(title: "Limits") var work: JobOptions

        @OptionGroup(title: "Limits") var limits: LimitOptions

        func validate() throws { _ = try DayArgument.day(day, "--day") }

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = RebuildJob(
                    try DayArgument.day(day, "--day"), of: lake.lake, ledger: lake.ledger.ledger,
                    force: force, limits: limits.decoding, jobs: work.jobs
                )
                job.overwritesUnconditionally = writing.unsafeOverwrite
                let outcome = try await job.run()
                for failure in outcome.lost { Console.complain("\(failure)") }
                for loss in outcome.lostUsage { Console.complain("\(day): \(Self.text(loss))") }
                guard let rebuilt = outcome.rebuilt else {
                    Console.complain("\(day): not rebuilt, since \(reason(of: outcome))")
                    return false
                }
                if let damage = outcome.damage, let copy = outcome.damagedCopy {
                    Console.complain(
                        "\(damage); the damaged file is kept as \(copy), and what other machines had "
                            + "put into this day comes back when they ingest again")
                }
                if outcome.givenUpRows > 0 {
                    Console.complain(
                        "\(day): gave up \(Counted.text(outcome.givenUpRows, "row", "rows")) that no "
                            + "source has which the ledger knows")
                }
                if outcome.keptRows > 0 {
                    Console.complain(
                        "\(day): kept \(Counted.text(outcome.keptRows, "row", "rows")) that no source "
                            + "has which the ledger knows; --force gives them up")
                }
                try Console.show(
                    "\(rebuilt.day): \(Counted.text(rebuilt.rows, "row", "rows")), "
                        + "\(Counted.text(rebuilt.totalTokens, "token", "tokens")), from "
                        + "\(Counted.text(outcome.sources, "source", "sources"))\n"
                        + (outcome.isRestated ? "\(rebuilt.day) was closed, and is restated\n" : "")
                )
                return true
            }
        }

        private func reason(of outcome: RebuildJob.Outcome) -> String {
            if !outcome.lost.isEmpty {
                return
                    "sources are lost (\(outcome.lost.count) of \(outcome.sources)); bring them back and "
                    + "run again"
            }
            let file = outcome.damage.map { "the day's file cannot be read (\($0.reason)), and " }
            return (file ?? "") + "its sources hold less than was recorded of this day, as listed; "
                + "rebuild --force gives that up, unless whoever put it there ingests it again"
        }

        private static func text(_ loss: Restatement.Change) -> String {
            "\(loss.tenant) would lose \(Counted.text(-loss.difference.requests, "call", "calls")), "
                + Counted.text(-loss.difference.total, "token", "tokens")
        }
    }
#endif
