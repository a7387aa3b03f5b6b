#if Commands
    import ArgumentParser
    import BedrockMetering
    import Foundation
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    @main
    struct MeterReport: AsyncParsableCommand {
        static func main() async {
            MisspeltOption.check(Self.self)
            await main(nil)
        }

        static let configuration = CommandConfiguration(
            commandName: "meter-report",
            abstract: "Reports Bedrock usage per tenant and day, hour or month.",
            discussion: """
                EXAMPLES:
                  meter-report --day 2025-12-07 --source samples/exports
                  meter-report --from 2025-12-01 --to 2025-12-31 --lake lake --by model
                  meter-report --day 2025-12-07 --lake lake --hourly --format csv
                  meter-report --day 2025-12-07 --lake lake --time-zone Asia/Seoul
                  meter-report --day 2025-12-07 --print-sql
                  meter-report --day 2025-12-07 --engine athena --verify --lake s3://bucket/lake

                Days are UTC unless --time-zone names another zone. Without --source and --lake the environment variable METER_LAKE names \
                the lake.

                \(ExitCodes.help(
                    .usage(),
                    .data(
                        "money is missing or in doubt, a sum does not fit, or Athena's answer differs"
                    ),
                    .noInput("source, lake, table or workgroup"), .inputOutput("reading failed, or Athena did"),
                    .interrupted("which stops Athena's query")))
                """,
            version: ToolVersion.current
        )

        @OptionGroup(title: "Period") var period: PeriodOptions

        @Option(
            help: ArgumentHelp(
                "Exported log objects: a file, a folder, or s3://bucket/prefix.",
                valueName: "path"
            )
        )
        var source: String?

        @Option(
            help: ArgumentHelp(
                "A lake that meter-etl wrote: a folder, or s3://bucket/prefix.", valueName: "lake"
            )
        )
        var lake: String?

        @Option(
            help: ArgumentHelp("Only this tenant; may be given several times.", valueName: "id"))
        var tenant: [String] = []

        @Option(help: "Split rows by model or user as well; may be given several times.")
        var by: [Group] = []

        @Option(help: ArgumentHelp("Only the first rows.", valueName: "count"))
        var limit: Int?

        @Option(
            help: ArgumentHelp(
                "Add costs by the price book in this JSON file.", valueName: "file"
            )
        )
        var prices: String?

        @Option(help: "How the report is written.")
        var format = Format.table

        @Flag(help: "Print the Athena query whose rows are the report's, and read nothing.")
        var printSQL = false

        @Option(help: ArgumentHelp("The database of the Athena query.", valueName: "name"))
        var database = TableName.standard.database

        @Option(help: ArgumentHelp("The table of the Athena query.", valueName: "name"))
        var table = TableName.standard.table

        @OptionGroup(title: "Athena") var athena: AthenaOptions

        @OptionGroup var identity: IdentityOptions

        @OptionGroup var ledger: LedgerOptions

        @OptionGroup var work: JobOptions

        @OptionGroup var limits: LimitOptions

        enum Group: String, ExpressibleByArgument, CaseIterable {
            case model, user
        }

        enum Format: String, ExpressibleByArgument, CaseIterable {
            case table, json, csv
        }

        func validate() throws {
            if source != nil && lake != nil {
                throw ValidationError("Give --source or --lake, not both.")
            }
            if athena.engine == .athena, !athena.verify, source != nil || lake != nil {
                throw ValidationError(
                    "--engine athena reads the table; --source and --lake are for --verify.")
            }
            if identity.identity != nil, source == nil {
                throw ValidationError("--identity goes with --source; a lake has its own.")
            }
            if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
        }

        func run() async throws {
            try await Console.run("meter-report") { try await report() }
        }

        /// Returns whether everything could be taken into the report, and both engines agree.
        private func report() async throws -> Bool {
            let query = UsageQuery(
                per: period.window,
                during: try period.period(),
                in: try period.zone(),
                by: Set(by.map { $0 == .model ? .model : .user }),
                tenants: Set(tenant.map { TenantID($0) }),
                limit: limit,
                prices: try prices.map(Self.priceBook)
            )
            let name = TableName(database: database, table: table)
            if printSQL {
                try Console.write(data: query.athenaSQL(from: name) + "\n")
                return true
            }
            switch athena.engine {
            case .local: return try await reportHere(query).isComplete
            case .athena: return try await reportFromAthena(query, name)
            }
        }

        /// Has Athena answer, and compares its rows with ours where that is asked for.
        private func reportFromAthena(
            _ query: UsageQuery, _ name: TableName
        ) async throws -> Bool {
            // What cannot be read here need not be paid for there.
            let input = athena.verify ? try input() : nil
            let job = AthenaReportJob(query, from: name, runner: athena.workgroup.runner)
            let answer = try await Interruption.cancelling { try await job.run() }
            Console.complain(answer.cost)
            guard let input else {
                try write(answer.report)
                // Here are then Athena's own sums.
                let comparison = AnswerComparison(
                    query, here: answer.report.rows, athena: answer.answer)
                for difference in comparison.differences { Console.complain(difference) }
                return comparison.differences.isEmpty && answer.report.isComplete
            }
            let (report, isComplete) = try await reportHere(query, from: input)
            let comparison = AnswerComparison(query, here: report.rows, athena: answer.answer)
            for difference in comparison.differences { Console.complain(difference) }
            Console.complain(
                comparison.differences.isEmpty
                    ? Counted.text(report.rows.count, "row is", "rows are")
                        + " the same here and in Athena"
                    : Counted.text(comparison.differences.count, "difference", "differences")
                        + " between here and Athena")
            return comparison.differences.isEmpty && isComplete
        }

        /// Writes the report of this process; returns whether everything could be taken into it.
        private func reportHere(
            _ query: UsageQuery, from input: ReportJob.Input? = nil
        ) async throws -> (report: UsageReport, isComplete: Bool) {
            var job = ReportJob(
                query, from: try input ?? self.input(), limits: limits.decoding, jobs: work.jobs
            ).reachingS3()
            job.ledger = ledger.ledger
            job.identity = identity.identity ?? .request
            job.progress = Console.progress
            let outcome = try await job.run()
            try write(outcome.report)
            for warning in outcome.warnings { Console.complain(warning) }
            if let failure = outcome.ledgerFailure {
                Console.complain("\(failure); how final the days are is not known")
            }
            return (outcome.report, outcome.report.isComplete)
        }

        /// Writes a report, and on standard error what is to be said of it: beside CSV, which has room
        /// for rows alone, all of it; else why it ends with 65.
        private func write(_ report: UsageReport) throws {
            switch format {
            case .table:
                try Console.show(report.table())
                // Who sees the table sees what is under it.
                if !Console.outputIsTerminal { complain(of: report) }
            case .json:
                try Console.write(data: report.json())
                complain(of: report)
            case .csv:
                try Console.write(data: report.csv())
                report.comments.forEach(Console.complain)
            }
        }

        private func complain(of report: UsageReport) {
            for note in report.noteLines where note.isDoubt { Console.complain(note.text) }
        }

        private static func priceBook(_ path: String) throws -> PriceBook {
            let json = try InputFile.contents(of: path)
            do {
                return try PriceBook(json: json)
            } catch {
                throw PipelineError(code: .usage, location: path, reason: "\(error)")
            }
        }

        private func input() throws -> ReportJob.Input {
            if let source { return .source(source) }
            if let lake { return .lake(lake) }
            if let lake = ProcessInfo.processInfo.environment["METER_LAKE"], !lake.isEmpty {
                return .lake(lake)
            }
            throw ValidationError(
                "Say what to read: --source for log objects, --lake for a lake, or set METER_LAKE."
            )
        }
    }
#else
    @main
    struct MeterReport {
        static func main() {}
    }
#endif
