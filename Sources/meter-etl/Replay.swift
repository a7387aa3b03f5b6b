#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes repaired lines back in, as if they had come from the source.",
            discussion: """
                EXAMPLES:
                  meter-etl rejects --lake lake --to-repair > repairs.jsonl
                  meter-etl replay --lake lake repairs.jsonl

                Each line of a file is a JSON object with object, line and raw, the repaired text. A \
                repaired line needs a timestamp of its own. Lines that are still unsound, or name no \
                rejected line, are named and left out.

                \(ExitCodes.help(
                    .usage(), .data("some lines were not taken; everything else was"),
                    .noInput("lake, ledger or file of repaired lines"), .inputOutput(),
                    .lakeIsHeld))
                """
        )

        @OptionGroup var lake: LakeOptions

        @Argument(help: ArgumentHelp("Files of repaired lines.", valueName: "file"))
        var files: [String]

        @OptionGroup var writing: WritingOptions

        @OptionGroup(title: "Limits") var work: JobOptions

        @OptionGroup(title: "Limits") var limits: LimitOptions

        @OptionGroup(title: "Limits") var memory: MemoryOptions

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = ReplayJob(
                    files, into: lake.lake, ledger: lake.ledger.ledger, limits: limits.decoding,
                    jobs: work.jobs
                )
                job.memory = memory.bytes
                job.overwritesUnconditionally = writing.unsafeOverwrite
                let outcome = try await job.run()
                try Console.show(
                    Counted.text(outcome.replayed, "rejected line", "rejected lines")
                        + " taken back in"
                        + (outcome.writtenOff > 0
                            ? " (\(Counted.digits(outcome.writtenOff)) had been written off)" : "")
                        + (outcome.known > 0
                            ? ", \(Counted.digits(outcome.known)) had been before\n" : "\n")
                        + outcome.summary.text())
                for warning in outcome.summary.warnings { Console.complain(warning) }
                for failure in outcome.faults + outcome.summary.failures {
                    Console.complain("\(failure)")
                }
                let unnamed = outcome.faultCount - outcome.faults.count
                if unnamed > 0 {
                    Console.complain(
                        Counted.text(unnamed, "more line was", "more lines were") + " not taken")
                }
                return outcome.faults.isEmpty && outcome.summary.isClean
            }
        }
    }
#endif
