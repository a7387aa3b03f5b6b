#if Commands
    import ArgumentParser
    import MeterConsole

    struct Conflicts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists calls that were logged in contradicting versions, and decides them.",
            discussion: """
                EXAMPLES:
                  meter-etl conflicts --lake lake --day 2025-12-07
                  meter-etl conflicts --lake lake --tenant acme --format json
                  meter-etl conflicts decide --lake lake --day 2025-12-07 \\
                  --tenant acme --request 0b54c2d7 --keep 3f2a9c1e
                  meter-etl conflicts decide --lake lake --all --keep largest \\
                  --reason "retries of the gateway, see ticket 12"

                Lines of one tenant and UTC day with one request id are one call. Snapshots of it, with no \
                count larger, are no conflict. Where versions contradict each other, the largest counts \
                until somebody decides, and ingests, nights and reports of the day end with 65. See \
                meter-etl conflicts list --help and meter-etl conflicts decide --help.

                \(ExitCodes.help(
                    .usage(),
                    .data(
                        "calls are in conflict and not decided, or a list, the facts or the ledger are "
                            + "damaged"),
                    .noInput("lake, ledger, call or version"),
                    .inputOutput(), .lakeIsHeld))
                """,
            subcommands: [ConflictsList.self, ConflictsDecide.self],
            defaultSubcommand: ConflictsList.self
        )
    }
#endif
