extension UsageQuery {
    /// The statement whose rows, in Athena, are ``rows(from:)-(Sequence<UsageRecord>)`` of the table's records: the same
    /// columns, values and order.
    ///
    /// It names partitions exactly, so that Athena reads no others, and leaves out rows that a SerDe
    /// made of unreadable lines. It can be pasted into any Athena console; every name and value in it
    /// is quoted.
    public func athenaSQL(from table: TableName) -> String {
        let lines = prices.map { pricedSQL(from: table, at: $0) } ?? unpricedSQL(from: table)
        return lines.joined(separator: "\n")
    }

    /// The statement that lists the tenants of the period, or its models, each once and in the order
    /// of their bytes.
    public func athenaSQL(listing group: ListedName, from table: TableName) -> String {
        let column = UsageSchema.column(group == .tenants ? .tenant : .model).name
        // The partitions of UTC days hold the period exactly; those of another zone's days hold more.
        let source =
            zone == .utc
            ? ["FROM \(table.quoted)"] + conditions : eventsOfPeriod(from: table, columns: [column])
        let lines = ["SELECT DISTINCT \(column)"] + source + ["ORDER BY \(column)"]
        return lines.joined(separator: "\n")
    }

    public enum ListedName: Sendable {
        case tenants, models
    }

    // Statements are built as lines, and indented before they are joined: a literal may hold line
    // ends of its own, which must stay as they are.

    private func unpricedSQL(from table: TableName) -> [String] {
        Self.selection(of: columns.map { ($0.eventsSQL, $0.name) })
            + groupedEvents(from: table, by: columns.filter(\.isKey))
            + [order] + ending
    }

    /// `SELECT` and its expressions, a line each.
    static func selection(of expressions: [(sql: String, name: String)]) -> [String] {
        ["SELECT"]
            + expressions.enumerated().map { index, expression in
                let isColumn = expression.sql == expression.name
                return "    " + expression.sql + (isColumn ? "" : " AS \(expression.name)")
                    + (index == expressions.count - 1 ? "" : ",")
            }
    }

    /// The columns of tokens that reports show.
    private static let shownTokens = [
        UsageSchema.Field.inputTokens, .outputTokens, .totalTokens, .cacheReadTokens,
        .cacheWriteTokens,
    ]

    /// The events of the period with their tokens, grouped by the first expressions of the
    /// selection, which are `keys`, or the UTC day where that is selected before them.
    func groupedEvents(
        from table: TableName, by keys: [ReportColumn], selectsUTCDay: Bool = false
    ) -> [String] {
        let names = keys.filter { [.tenant, .model, .user].contains($0) }.map(\.name)
        let day =
            selectsUTCDay ? ["CAST(\(Self.instant(in: "UTC")) AS DATE) AS \(Self.utcDay)"] : []
        let columns = names + Self.shownTokens.map { UsageSchema.column($0).name } + day
        return eventsOfPeriod(from: table, columns: columns)
            + [Self.grouping(by: keys.count + day.count)]
    }

    /// The name of a column of UTC days.
    static let utcDay = "utc_date"

    /// `FROM` and `WHERE` over the events of the period.
    private func eventsOfPeriod(from table: TableName, columns: [String]) -> [String] {
        ["FROM ("] + events(from: table, columns: columns).map { "    " + $0 } + [
            ") AS usage_events",
            "WHERE CAST(event_time AS DATE) BETWEEN \(SQLText.date(period.first))"
                + " AND \(SQLText.date(period.last))",
        ]
    }

    static func grouping(by keys: Int) -> String {
        "GROUP BY " + (1...keys).map(String.init).joined(separator: ", ")
    }

    /// Windows in order, then the largest total, then names.
    var order: String {
        let keys = columns.filter(\.isKey)
        let names =
            keys.filter { [.date, .month, .hour].contains($0) }.map(\.name)
            + ["total_tokens DESC", ReportColumn.tenant.name]
            + keys.filter { [.model, .user].contains($0) }.map(\.name)
        return "ORDER BY " + names.joined(separator: ", ")
    }

    var ending: [String] { limit.map { ["LIMIT \($0)"] } ?? [] }

    /// The rows of the period's partitions with their instants, by the clock of the zone. `TRY` makes
    /// an unreadable one null, instead of failing the whole query.
    private func events(from table: TableName, columns: [String]) -> [String] {
        ["SELECT"] + columns.map { "    \($0)," } + [
            "    \(zone == .utc ? Self.instant : Self.instant(in: zone.identifier)) AS event_time",
            "FROM \(table.quoted)",
        ] + conditions
    }

    /// The expression of a row's instant. A zone's name is nothing but letters, digits, `/`, `_`, `+`
    /// and `-`, and quoted none the less.
    private static func instant(in zone: String) -> String {
        "\(instant) AT TIME ZONE \(SQLText.literal(zone))"
    }

    /// The same as it was logged, which is in UTC.
    private static let instant = "TRY(from_iso8601_timestamp(\"timestamp\"))"

    /// The lines of the `WHERE` clause over the table.
    private var conditions: [String] {
        var conditions = [
            "WHERE \(PartitionFilter.sql(utcDays))", "    AND tenant_id IS NOT NULL",
        ]
        if !tenants.isEmpty {
            let literals = tenants.sorted().map { SQLText.literal($0.rawValue) }
            conditions.append("    AND tenant_id IN (\(literals.joined(separator: ", ")))")
        }
        return conditions
    }
}

extension ReportColumn {
    /// The expression of the column over the events of a query.
    var eventsSQL: String {
        switch self {
        case .tenant, .model, .user: name
        case .date: "CAST(event_time AS DATE)"
        case .month: "substr(CAST(CAST(event_time AS DATE) AS VARCHAR), 1, 7)"
        case .hour: "EXTRACT(HOUR FROM event_time)"
        case .requests: "COUNT(*)"
        case .input, .output, .total: "SUM(\(name))"
        // Files of other writers have no such columns, which are null then.
        case .cacheRead, .cacheWrite: "COALESCE(SUM(\(name)), 0)"
        // Dividing integers would cut in Athena, and averaging them there adds up doubles.
        case .average: "CAST(SUM(total_tokens) AS DOUBLE) / COUNT(*)"
        // Only a statement with prices has these; see `pricedSQL`.
        case .unpriced, .cost: "NULL"
        }
    }
}
