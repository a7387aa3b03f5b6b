#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct ConflictsList: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists calls in conflict, with their versions side by side.",
            discussion: """
                EXAMPLES:
                  meter-etl conflicts --lake lake --day 2025-12-07
                  meter-etl conflicts --lake lake --all --format json

                Each version has a number and a mark of eight digits; the mark stays when others come. \
                Where a version was logged is told where a run has looked.

                \(ExitCodes.help(
                    .usage(),
                    .data(
                        "calls are in conflict and not decided, or a list, the facts or the ledger are "
                            + "damaged"),
                    .noInput("lake or ledger"), .inputOutput()))
                """
        )

        @OptionGroup var list: ListOptions

        @Option(
            help: ArgumentHelp("Only this tenant; may be given several times.", valueName: "id"))
        var tenant: [String] = []

        @Flag(help: "List those too that were decided.")
        var all = false

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = ConflictsJob(
                    of: list.lake.lake, ledger: list.ledger, period: try list.period(),
                    stores: .standard)
                job.tenants = Set(tenant.map { TenantID($0) })
                job.onlyOpen = !all
                let conflicts = try await job.run()
                switch list.format {
                case .table: try Console.show(conflicts.text())
                case .json: try Console.write(data: conflicts.json())
                }
                for remark in conflicts.remarks { Console.complain(remark) }
                for failure in conflicts.failures { Console.complain("\(failure)") }
                if let broken = conflicts.brokenChain { Console.complain(broken) }
                return conflicts.isSettled
            }
        }
    }
#endif
