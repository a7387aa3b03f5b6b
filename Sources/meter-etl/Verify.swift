#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads day files again and compares them with the ledger.",
            discussion: """
                EXAMPLES:
                  meter-etl verify --lake lake

                Checksums and sums per tenant and model are compared; files that the ledger does not know \
                are named, and so are files of other writers that an ingest cannot take over. Where there \
                is no ledger yet, files are read alone. The facts of the lake are all read, and the chain \
                that they make is checked.

                \(ExitCodes.help(
                    .usage(), .data("something is not as recorded"), .noInput("lake, or the ledger that --ledger names"),
                    .inputOutput(), .lakeIsHeld))
                """
        )

        @OptionGroup var list: ListOptions

        @OptionGroup(title: "Limits") var limits: LimitOptions

        func run() async throws {
            try await Console.run("meter-etl") {
                let verification = try await VerifyJob(
                    of: list.lake.lake, ledger: list.ledger, period: try list.period(),
                    limits: limits.decoding, stores: .standard
                ).run()
                let verified = verification.days
                switch list.format {
                case .table:
                    try Console.show(TerminalText.lines(verified.map(\.text)))
                case .json:
                    try Console.write(data: verification.json())
                }
                for fault in verification.factBreaks { Console.complain("facts: \(fault.text)") }
                if let advice = FactBreak.advice(
                    on: verification.factBreaks, of: list.lake.lake)
                {
                    Console.complain(advice)
                }
                let differing = verified.count { !$0.findings.isEmpty }
                if differing > 0 {
                    Console.complain(
                        Counted.text(differing, "day is", "days are")
                            + " not as recorded, of \(Counted.digits(verified.count))")
                }
                return verification.isClean
            }
        }
    }
#endif
