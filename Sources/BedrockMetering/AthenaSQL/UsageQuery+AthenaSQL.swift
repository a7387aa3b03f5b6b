extension UsageQuery {
    /// The statement whose rows, in Athena, are ``rows(from:)`` of the table's records: the same
    /// columns, values and order.
    ///
    /// It names partitions exactly, so that Athena reads no others, and leaves out rows that a SerDe
    /// made of unreadable lines. It can be pasted into any Athena console; every name and value in it
    /// is quoted.
    public func athenaSQL(from table: TableName) -> String {
        let columns = columns
        let keys = columns.filter(\.isKey)
        let selection = columns.map { "    \($0.athenaSQL) AS \($0.name)" }
        let order =
            keys.filter { [.date, .month, .hour].contains($0) }.map(\.name)
            + ["total_tokens DESC", "tenant_id"]
            + keys.filter { [.model, .user].contains($0) }.map(\.name)
        var lines = ["SELECT"]
        lines.append(selection.joined(separator: ",\n"))
        lines.append("FROM (")
        lines += eventsSQL(from: table).map { "    " + $0 }
        lines.append(") AS usage_events")
        lines.append(
            "WHERE CAST(event_time AS DATE) BETWEEN \(SQLText.date(period.first))"
                + " AND \(SQLText.date(period.last))"
        )
        lines.append("GROUP BY " + (1...keys.count).map(String.init).joined(separator: ", "))
        lines.append("ORDER BY " + order.joined(separator: ", "))
        if let limit { lines.append("LIMIT \(limit)") }
        return lines.joined(separator: "\n")
    }

    /// The statement that lists the tenants of the period, or its models, each once and in the order
    /// of their bytes.
    public func athenaSQL(listing group: ListedName, from table: TableName) -> String {
        let column = UsageSchema.column(group == .tenants ? .tenant : .model).name
        return """
            SELECT DISTINCT \(column)
            FROM \(table.quoted)
            WHERE \(conditions.joined(separator: "\n    AND "))
            ORDER BY \(column)
            """
    }

    public enum ListedName: Sendable {
        case tenants, models
    }

    /// The lines of the statement for the period's rows with their instants. `TRY` makes an
    /// unreadable one null, instead of failing the whole query.
    ///
    /// A literal may hold line ends of its own, so a line must not be split again.
    private func eventsSQL(from table: TableName) -> [String] {
        let conditions = conditions.enumerated().map { index, condition in
            index == 0 ? "WHERE \(condition)" : "    AND \(condition)"
        }
        return [
            "SELECT",
            "    tenant_id,",
            "    user_id,",
            "    model_id,",
            "    input_tokens,",
            "    output_tokens,",
            "    total_tokens,",
            "    TRY(from_iso8601_timestamp(\"timestamp\")) AS event_time",
            "FROM \(table.quoted)",
        ] + conditions
    }

    private var conditions: [String] {
        var conditions = [PartitionFilter.sql(period), "tenant_id IS NOT NULL"]
        if !tenants.isEmpty {
            let literals = tenants.sorted().map { SQLText.literal($0.rawValue) }
            conditions.append("tenant_id IN (\(literals.joined(separator: ", ")))")
        }
        return conditions
    }
}

extension ReportColumn {
    /// The expression of the column over the events of a query.
    fileprivate var athenaSQL: String {
        switch self {
        case .tenant, .model, .user: name
        case .date: "CAST(event_time AS DATE)"
        case .month: "substr(CAST(CAST(event_time AS DATE) AS VARCHAR), 1, 7)"
        case .hour: "EXTRACT(HOUR FROM event_time)"
        case .requests: "COUNT(*)"
        case .input, .output, .total: "SUM(\(name))"
        // Dividing integers would cut in Athena, and averaging them there adds up doubles.
        case .average: "CAST(SUM(total_tokens) AS DOUBLE) / COUNT(*)"
        }
    }
}
