#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringPipeline

    struct RejectsList: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists rejected lines that are open.",
            discussion: """
                EXAMPLES:
                  meter-etl rejects --lake lake --day 2025-12-07
                  meter-etl rejects --lake lake --to-repair > repairs.jsonl

                The day of a rejected line may be unknown; it is listed for each day of which its \
                object holds usage.

                \(ExitCodes.help(
                    .usage(), .data("the bytes of a line to repair are gone, or the ledger is damaged"),
                    .noInput("lake or ledger"), .inputOutput()))
                """
        )

        @OptionGroup var lake: LakeOptions

        @Option(help: ArgumentHelp("One day, as 2025-12-07; all unless given.", valueName: "day"))
        var day: String?

        @Flag(help: "List those too that were taken back in or written off.")
        var all = false

        @Option(help: "How the list is written.")
        var format = ListFormat.table

        @Flag(help: "Write what was rejected, as JSON lines to repair for meter-etl replay.")
        var toRepair = false

        func validate() throws {
            if let day { _ = try DayArgument.day(day, "--day") }
        }

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = RejectsJob(
                    of: lake.lake, ledger: lake.ledger.ledger,
                    day: try day.map { try DayArgument.day($0, "--day") }
                )
                job.includesSettled = all
                if toRepair {
                    let (lines, missing, unread) = try await job.repairable()
                    try Console.write(data: lines.map { $0 + "\n" }.joined())
                    for reject in missing {
                        Console.complain(
                            "\(reject.text): its bytes are not under _rejected any more")
                    }
                    for failure in unread { Console.complain("\(failure)") }
                    return missing.isEmpty && unread.isEmpty
                }
                let rejects = try await job.run()
                switch format {
                case .table:
                    try Console.show(TerminalText.lines(rejects.map(\.text)))
                case .json:
                    try Console.write(data: JSONText.array(rejects.map { $0.json() }) + "\n")
                }
                return true
            }
        }
    }
#endif
