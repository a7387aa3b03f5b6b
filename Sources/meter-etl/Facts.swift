#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
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

        @OptionGroup var lake: LakeOptions
        @OptionGroup var days: DaysOptions

        @Option(help: "How the facts are written.")
        var format = ListFormat.table

        func run() async throws {
            try await Console.run("meter-etl") {
                let list = try await FactsJob(
                    of: lake.lake, ledger: lake.ledger.ledger, period: try days.period()
                ).run()
                try Console.write(format == .json ? list.json() : list.table())
                for fault in list.breaks { Console.complain("facts: \(fault.text)") }
                if let advice = FactBreak.advice(on: list.breaks) { Console.complain(advice) }
                return list.breaks.isEmpty
            }
        }
    }
#endif
