extension UsageQuery {
    /// The statement whose rows, in Athena, are ``rows(from:)`` of the table's records: the same
    /// columns, values and order.
    ///
    /// It names partitions exactly, so that Athena reads no others, and leaves out rows that a SerDe
    /// made of unreadable lines. It can be pasted into any Athena console; every name and value in it
    /// is quoted.
    public func athenaSQL(from table: TableName) -> String {
        prices.map { pricedSQL(from: table, at: $0) } ?? unpricedSQL(from: table)
    }

    private func unpricedSQL(from table: TableName) -> String {
        let keys = columns.filter(\.isKey)
        var lines = [
            "SELECT",
            columns.map { "    \($0.eventsSQL) AS \($0.name)" }.joined(separator: ",\n"),
        ]
        lines += groupedEvents(from: table, keys: keys.count)
        lines.append("ORDER BY \(order)")
        if let limit { lines.append("LIMIT \(limit)") }
        return lines.joined(separator: "\n")
    }

    /// Usage is added up by model and day first, then meets its prices, then is added up to rows. A
    /// sum of costs is null where a part of it has no price.
    private func pricedSQL(from table: TableName, at prices: PriceBook) -> String {
        let inner = unpriced.columns.filter { $0 != .average }
        var usage = ["SELECT"]
        let sums = ["cache_read_input_tokens", "cache_write_input_tokens"].map {
            "    SUM(\($0)) AS \($0)"
        }
        usage.append(
            (inner.map { "    \($0.eventsSQL) AS \($0.name)" } + sums).joined(separator: ",\n")
        )
        usage += unpriced.groupedEvents(from: table, keys: inner.filter(\.isKey).count)
        let keys = columns.filter(\.isKey)
        var lines = [
            "WITH \(prices.sql),",
            "model_usage AS (",
            Self.indented(usage.joined(separator: "\n")),
            ")",
            "SELECT",
            columns.map { "    \($0.pricedSQL) AS \($0.name)" }.joined(separator: ",\n"),
            "FROM model_usage",
            "LEFT JOIN prices",
            "    ON prices.model_id = model_usage.model_id",
            "    AND model_usage.usage_date BETWEEN prices.first_day AND prices.last_day",
            "GROUP BY " + (1...keys.count).map(String.init).joined(separator: ", "),
            "ORDER BY \(order)",
        ]
        if let limit { lines.append("LIMIT \(limit)") }
        return lines.joined(separator: "\n")
    }

    private func groupedEvents(from table: TableName, keys: Int) -> [String] {
        [
            "FROM (",
            Self.indented(eventsSQL(from: table)),
            ") AS usage_events",
            "WHERE CAST(event_time AS DATE) BETWEEN \(SQLText.date(period.first))"
                + " AND \(SQLText.date(period.last))",
            "GROUP BY " + (1...keys).map(String.init).joined(separator: ", "),
        ]
    }

    /// Windows in order, then the largest total, then names.
    private var order: String {
        let keys = columns.filter(\.isKey)
        return
            (keys.filter { [.date, .month, .hour].contains($0) }.map(\.name)
            + ["total_tokens DESC", "tenant_id"]
            + keys.filter { [.model, .user].contains($0) }.map(\.name)).joined(separator: ", ")
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

    /// The period's rows with their instants. `TRY` makes an unreadable one null, instead of failing
    /// the whole query.
    private func eventsSQL(from table: TableName) -> String {
        """
        SELECT
            tenant_id,
            user_id,
            model_id,
            input_tokens,
            output_tokens,
            total_tokens,
            cache_read_input_tokens,
            cache_write_input_tokens,
            TRY(from_iso8601_timestamp("timestamp")) AS event_time
        FROM \(table.quoted)
        WHERE \(conditions.joined(separator: "\n    AND "))
        """
    }

    private var conditions: [String] {
        var conditions = [PartitionFilter.sql(period), "tenant_id IS NOT NULL"]
        if !tenants.isEmpty {
            let literals = tenants.sorted().map { SQLText.literal($0.rawValue) }
            conditions.append("tenant_id IN (\(literals.joined(separator: ", ")))")
        }
        return conditions
    }

    static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { "    " + $0 }.joined(separator: "\n")
    }
}

extension ReportColumn {
    /// The expression of the column over the events of a query.
    fileprivate var eventsSQL: String {
        switch self {
        case .tenant, .model, .user: name
        case .date: "CAST(event_time AS DATE)"
        case .month: "substr(CAST(CAST(event_time AS DATE) AS VARCHAR), 1, 7)"
        case .hour: "EXTRACT(HOUR FROM event_time)"
        case .requests: "COUNT(*)"
        case .input, .output, .total: "SUM(\(name))"
        // Dividing integers would cut in Athena, and averaging them there adds up doubles.
        case .average: "CAST(SUM(total_tokens) AS DOUBLE) / COUNT(*)"
        case .unpriced, .cost: "NULL"
        }
    }

    /// The expression of the column over usage by model and day, joined with prices.
    fileprivate var pricedSQL: String {
        switch self {
        case .tenant, .date, .hour, .model, .user: "model_usage.\(name)"
        case .month: "substr(CAST(model_usage.usage_date AS VARCHAR), 1, 7)"
        case .requests, .input, .output, .total: "SUM(model_usage.\(name))"
        case .average:
            "CAST(SUM(model_usage.total_tokens) AS DOUBLE) / SUM(model_usage.request_count)"
        case .unpriced:
            "SUM(CASE WHEN prices.model_id IS NULL THEN model_usage.request_count ELSE 0 END)"
        case .cost:
            """
            CASE WHEN COUNT(prices.model_id) = COUNT(*) THEN SUM(
                    CAST(model_usage.input_tokens AS DECIMAL(19, 0)) * prices.input_usd
                    + CAST(model_usage.output_tokens AS DECIMAL(19, 0)) * prices.output_usd
                    + CAST(model_usage.cache_read_input_tokens AS DECIMAL(19, 0)) * prices.cache_read_usd
                    + CAST(model_usage.cache_write_input_tokens AS DECIMAL(19, 0)) * prices.cache_write_usd
                ) END
            """
        }
    }
}

extension PriceBook {
    /// The book as a table `prices`, in US dollars per token. Decimal literals stay exact: dividing
    /// in SQL would round each term.
    fileprivate var sql: String {
        let rows = entries.map { entry in
            let amounts = [entry.input, entry.output, entry.cacheRead, entry.cacheWrite].map {
                "DECIMAL '\(Money(picodollars: Int128($0.picodollars)).rounded(toDecimals: 12))'"
            }
            let values =
                [
                    SQLText.literal(entry.model.rawValue), SQLText.date(entry.first),
                    SQLText.date(entry.last),
                ] + amounts
            return "        (\(values.joined(separator: ", ")))"
        }
        let names =
            "model_id, first_day, last_day, input_usd, output_usd, cache_read_usd, cache_write_usd"
        return """
            prices (\(names)) AS (
                VALUES
            \(rows.joined(separator: ",\n"))
            )
            """
    }
}
