#if Commands
    import ArgumentParser
    import MeterConsole

    struct Rejects: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists rejected lines that are open, and writes them off.",
            discussion: """
                EXAMPLES:
                  meter-etl rejects --lake lake --day 2025-12-07
                  meter-etl rejects --lake lake --to-repair > repairs.jsonl
                  meter-etl rejects write-off --lake lake --day 2025-12-07 \\
                  --reason "a test of the producer, see ticket 12"

                Rejected lines are open until they are repaired and replayed, or written off: reports of their \
                days end with 65. See meter-etl rejects list --help, meter-etl rejects write-off --help and \
                meter-etl replay --help.

                \(ExitCodes.help(
                    .usage(), .data("the bytes of a line to repair are gone, or the ledger is damaged"),
                    .noInput("lake, ledger or line"), .inputOutput(), .lakeIsHeld))
                """,
            subcommands: [RejectsList.self, RejectsWriteOff.self],
            defaultSubcommand: RejectsList.self
        )
    }
#endif
