/// The statements that analysts start from, one file a question.
///
/// They are what the library itself generates for one day or month, with comments before it that say
/// what to change.
package struct QueryLibrary {
    package struct File {
        package let name: String
        package let text: String
    }

    private let table = TableName.standard
    private let day: UsageDay
    private let month: UsagePeriod
    private let prices: PriceBook

    /// - Parameter day: the day that the statements are about; the monthly ones are about its month.
    package init(about day: UsageDay, prices: PriceBook) {
        self.day = day
        let (year, month, _) = day.civil
        self.month = UsagePeriod.month(month, of: year) ?? .day(day)
        self.prices = prices
    }

    package var files: [File] {
        let today = UsagePeriod.day(day)
        let tenants = UsageQuery(per: .day, during: today)
        return [
            definition("create-table", .parquet, of: "Parquet files"),
            definition("create-table-json", .json, of: "gzip JSON lines"),
            file(
                "tenants-of-a-day", "Which tenants used Bedrock on a day?", sameAs: "values",
                tenants,
                sql: tenants.athenaSQL(listing: .tenants, from: table)
            ),
            file(
                "models-of-a-day", "Which models were used on a day?", sameAs: "values",
                UsageQuery(per: .day, during: today, by: [.model]),
                sql: tenants.athenaSQL(listing: .models, from: table)
            ),
            file("daily-usage-per-tenant", "How much did each tenant use on a day?", tenants),
            file(
                "hourly-usage-per-tenant", "How much did each tenant use in each hour of a day?",
                UsageQuery(per: .hour, during: today)
            ),
            file(
                "monthly-usage-per-tenant-and-model",
                "How much did each tenant use of each model in a month?",
                UsageQuery(per: .month, during: month, by: [.model])
            ),
            file(
                "top-users", "Which ten users used the most tokens on a day?",
                UsageQuery(per: .day, during: today, by: [.user], limit: 10)
            ),
            file(
                "estimated-cost", "What did the usage of each tenant and model cost in a month?",
                UsageQuery(per: .month, during: month, by: [.model], prices: prices),
                hint: """
                    -- Set also: the prices, in US dollars per token, by model id and first and last day. Usage
                    -- without a price is counted in unpriced_requests, and its cost is null.
                    """
            ),
        ]
    }

    private func definition(_ name: String, _ format: LakeFormat, of files: String) -> File {
        let definition = TableDefinition(
            table: table, format: format, location: "s3://your-bucket/lake/"
        )
        return File(
            name: "\(name).sql",
            text: """
                -- Makes the database and the table over a lake of \(files).
                --
                -- Set: s3://your-bucket/lake/ (twice), to where the lake lies. Run the two statements one
                -- after the other; partitions need no registration.

                \(definition.createDatabase);

                \(definition.createTable);

                """
        )
    }

    private func file(
        _ name: String, _ question: String, sameAs kind: String = "rows", _ query: UsageQuery,
        sql: String? = nil, hint: String? = nil
    ) -> File {
        var lines = ["-- \(question)", "--"]
        let what = query.period.first == query.period.last ? "the day" : "the days"
        lines.append(
            "-- Set: \(what), in the conditions on year, month and day and in the dates, and the table."
        )
        if let hint { lines.append(hint) }
        lines.append("-- Same \(kind) as: meter-report \(Self.options(of: query))")
        lines.append("")
        lines.append((sql ?? query.athenaSQL(from: table)) + ";")
        return File(name: "\(name).sql", text: lines.joined(separator: "\n") + "\n")
    }

    /// The options of `meter-report` that ask the same.
    private static func options(of query: UsageQuery) -> String {
        var options: [String] = []
        if query.period.first == query.period.last {
            options.append("--day \(query.period.first)")
        } else {
            options.append("--from \(query.period.first) --to \(query.period.last)")
        }
        switch query.window {
        case .hour: options.append("--hourly")
        case .day: break
        case .month: options.append("--monthly")
        }
        if query.zone != .utc { options.append("--time-zone \(query.zone)") }
        options += query.groups.map(\.rawValue).sorted().map { "--by \($0)" }
        if let limit = query.limit { options.append("--limit \(limit)") }
        if query.prices != nil { options.append("--prices samples/prices.json") }
        return options.joined(separator: " ")
    }
}
