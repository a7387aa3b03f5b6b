#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringPipeline

    struct Conflicts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists calls that were logged in more than one version.",
            discussion: """
                EXAMPLES:
                  meter-etl conflicts --lake lake --day 2025-12-07
                  meter-etl conflicts --lake lake --tenant acme --format json

                Lines of one tenant and UTC day with one request id are one call. Where they differ \
                otherwise, the lake has the one that sorts first, and the call is listed here, once \
                however often it is met. A rebuild of the day begins the list anew.

                \(ExitCodes.help(
                    .usage(), .data("the ledger is damaged"), .noInput("lake or ledger"),
                    .inputOutput()))
                """
        )

        @OptionGroup var lake: LakeOptions
        @OptionGroup var days: DaysOptions

        @Option(
            help: ArgumentHelp("Only this tenant; may be given several times.", valueName: "id"))
        var tenant: [String] = []

        @Option(help: "How the list is written.")
        var format = ListFormat.table

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = ConflictsJob(
                    of: lake.lake, ledger: lake.ledger.ledger, period: try days.period())
                job.tenants = Set(tenant.map { TenantID($0) })
                let conflicts = try await job.run()
                switch format {
                case .table: try Console.write(conflicts.calls.map { $0.text + "\n" }.joined())
                case .json:
                    try Console.write(JSONText.array(conflicts.calls.map { $0.json() }) + "\n")
                }
                for remark in conflicts.remarks { Console.complain(remark) }
                return true
            }
        }
    }
#endif
