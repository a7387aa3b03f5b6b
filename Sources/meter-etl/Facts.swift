#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Facts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists what was decided for good: days that were closed, and restated.",
            discussion: """
                EXAMPLES:
                  meter-etl facts --lake lake --month 2025-12
                  meter-etl facts --lake s3://bucket/lake --day 2025-12-07 --format json

                Facts lie in the lake, under _facts, each once and for good, in a chain in which each names \
                the SHA-256 of the one before. A ledger is not needed. Nothing is made or changed.

                \(ExitCodes.help(
                    .usage(), .data("the chain does not hold, or something else lies among the facts"),
                    .noInput("lake"), .inputOutput()))
                """
        )

        @OptionGroup var list: ListOptions

        func run() async throws {
            try await Console.run("meter-etl") {
                let facts = try await FactsJob(
                    of: list.lake.lake, ledger: list.ledger, period: try list.period(),
                    stores: .standard
                ).run()
                switch list.format {
                case .table: try Console.show(facts.table())
                case .json: try Console.write(data: facts.json())
                }
                for fault in facts.breaks { Console.complain("facts: \(fault.text)") }
                if let advice = FactBreak.advice(on: facts.breaks, of: list.lake.lake) {
                    Console.complain(advice)
                }
                return facts.breaks.isEmpty
            }
        }
    }
#endif
