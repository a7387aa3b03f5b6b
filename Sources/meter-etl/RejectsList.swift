#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
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

        @OptionGroup var limits: LineLimitOptions

        func validate() throws {
            if let day { _ = try DayArgument.day(day, "--day") }
        }

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = RejectsJob(
                    of: lake.lake, ledger: lake.ledger.ledger,
                    day: try day.map { try DayArgument.day($0, "--day") }, stores: .standard)
                job.includesSettled = all
                job.limits = limits.decoding
                if toRepair { return try await writeRepairable(job) }
                let text = SpooledText()
                switch format {
                case .table:
                    try await job.forEach { try text.write(TerminalText.lines([$0.text])) }
                case .json:
                    var separator = ""
                    try text.write(JSONText.documentStart(ofArray: "rejects"))
                    try await job.forEach { reject in
                        try text.write(separator + reject.json())
                        separator = ", "
                    }
                    try text.write(JSONText.documentEnd)
                }
                try Console.write(data: text)
                return true
            }
        }

        private func writeRepairable(_ job: RejectsJob) async throws -> Bool {
            let text = SpooledText()
            let left = try await job.forEachRepairable { try text.write($0) }
            try Console.write(data: text)
            for reject in left.missing {
                Console.complain("\(reject.text): its bytes are not under _rejected any more")
            }
            let unnamed = left.missingCount - left.missing.count
            if unnamed > 0 {
                Console.complain(
                    Counted.text(unnamed, "more line", "more lines") + " have no bytes any more")
            }
            for failure in left.unread { Console.complain("\(failure)") }
            return left.missingCount == 0 && left.unread.isEmpty
        }
    }
#endif
