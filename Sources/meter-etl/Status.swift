#if Commands
    import ArgumentParser
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what state the days of a lake are in.",
            discussion: """
                EXAMPLES:
                  meter-etl status --lake lake
                  meter-etl status --lake lake --from 2025-12-01 --to 2025-12-31 --format json

                A day is provisional until meter-etl close closes it; a later change to it is a \
                restatement, which is shown with the difference per tenant and model. Both are facts in the \
                lake, so that every machine says the same. Days that the ledger does \
                not know are read from their files. Nothing is made or changed.

                \(ExitCodes.help(
                    .usage(), .data("the ledger, facts or a day file are not sound"), .noInput("lake"),
                    .inputOutput()))
                """
        )

        @OptionGroup var list: ListOptions

        func run() async throws {
            try await Console.run("meter-etl") {
                let status = try await StatusJob(
                    of: list.lake.lake, ledger: list.ledger, period: try list.period(),
                    stores: .standard
                ).run()
                switch list.format {
                case .table: try Console.show(status.table())
                case .json: try Console.write(data: status.json())
                }
                if let failure = status.ledgerFailure { Console.complain("\(failure)") }
                for failure in status.failures { Console.complain("\(failure)") }
                let isRead = status.ledgerFailure.map { $0.code == .notFound } ?? true
                return isRead && status.failures.isEmpty
            }
        }
    }
#endif
