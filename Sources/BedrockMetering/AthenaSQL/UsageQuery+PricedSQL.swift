extension UsageQuery {
    /// The lines of the statement with costs: usage is added up by model and UTC day first, then meets
    /// its prices, then is added up to rows. A cost is null where a part of it has no price.
    func pricedSQL(from table: TableName, at prices: PriceBook) -> [String] {
        let inner = unpriced.columns.filter { $0 != .average }
        // In UTC the rows' own days are those of prices.
        let utcDay = zone == .utc ? ReportColumn.date.name : Self.utcDay
        let days = zone == .utc ? [] : [(sql: utcDay, name: utcDay)]
        let usage =
            Self.selection(of: days + inner.map { ($0.eventsSQL, $0.name) })
            + unpriced.groupedEvents(
                from: table, by: inner.filter(\.isKey),
                selectsUTCDay: !days.isEmpty
            )
        return prices.sql + ["model_usage AS ("] + usage.map { "    " + $0 } + [")"]
            + Self.selection(of: columns.map { ($0.pricedSQL, $0.name) }) + [
                "FROM model_usage",
                "LEFT JOIN prices",
                "    ON prices.model_id = model_usage.model_id",
                "    AND model_usage.\(utcDay) BETWEEN prices.first_day AND prices.last_day",
                Self.grouping(by: columns.filter(\.isKey).count),
                order,
            ] + ending
    }
}

extension ReportColumn {
    /// The expression of the column over usage by model and day, joined with prices.
    fileprivate var pricedSQL: String {
        switch self {
        case .tenant, .date, .hour, .model, .user: "model_usage.\(name)"
        case .month: "substr(CAST(model_usage.usage_date AS VARCHAR), 1, 7)"
        case .requests, .input, .output, .total, .cacheRead, .cacheWrite: "SUM(model_usage.\(name))"
        case .average:
            "CAST(SUM(model_usage.total_tokens) AS DOUBLE) / SUM(model_usage.request_count)"
        case .unpriced:
            "SUM(CASE WHEN prices.model_id IS NULL THEN model_usage.request_count ELSE 0 END)"
        case .cost: Self.costSQL
        }
    }

    /// The exact cost: tokens as decimals times dollars per token, nothing divided.
    private static var costSQL: String {
        let terms = PriceBook.columns.dropFirst(3).map { column in
            "CAST(model_usage.\(column.tokens) AS DECIMAL(19, 0)) * prices.\(column.name)"
        }
        let sum = terms.joined(separator: "\n            + ")
        return """
            CASE
                    WHEN COUNT(prices.model_id) = COUNT(*) THEN SUM(
                        \(sum)
                    )
                END
            """
    }
}

extension PriceBook {
    /// The columns of the table `prices`, and the column of tokens that each price is for.
    fileprivate static let columns: [(name: String, tokens: String)] = [
        ("model_id", ""), ("first_day", ""), ("last_day", ""),
        ("input_usd", "input_tokens"), ("output_usd", "output_tokens"),
        ("cache_read_usd", "cache_read_input_tokens"),
        ("cache_write_usd", "cache_write_input_tokens"),
    ]

    /// The lines that make the book a table `prices`, in US dollars per token, always less than one.
    /// Decimals stay exact: dividing in SQL would round each term. They are cast, since engines differ
    /// in how many digits a bare decimal literal keeps.
    fileprivate var sql: [String] {
        let names = Self.columns.map(\.name).joined(separator: ", ")
        let rows = entries.map { entry in
            let names = [
                SQLText.literal(entry.model.rawValue), SQLText.date(entry.first),
                SQLText.date(entry.last),
            ]
            let amounts = [entry.input, entry.output, entry.cacheRead, entry.cacheWrite].map {
                "CAST('\(Money(picodollars: Int128($0.picodollars)).rounded(toDecimals: 12))' AS DECIMAL(12, 12))"
            }
            return "        (\((names + amounts).joined(separator: ", ")))"
        }
        return ["WITH prices (\(names)) AS (", "    VALUES"]
            + rows.enumerated().map { $0.offset == rows.count - 1 ? $0.element : $0.element + "," }
            + ["),"]
    }
}
