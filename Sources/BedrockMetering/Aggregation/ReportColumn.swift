/// A column of a query's answer, the same in reports and in SQL.
enum ReportColumn: String, CaseIterable {
    case tenant = "tenant_id"
    case date = "usage_date"
    case month = "usage_month"
    case hour = "usage_hour"
    case model = "model_id"
    case user = "user_id"
    case requests = "request_count"
    case input = "input_tokens"
    case output = "output_tokens"
    case total = "total_tokens"
    case average = "avg_tokens_per_request"
    case cacheRead = "cache_read_input_tokens"
    case cacheWrite = "cache_write_input_tokens"
    case unpriced = "unpriced_requests"
    case cost = "cost_usd"

    var name: String { rawValue }

    /// Whether the column tells rows apart, instead of measuring them.
    var isKey: Bool {
        switch self {
        case .tenant, .date, .month, .hour, .model, .user: true
        case .requests, .input, .output, .total, .average, .cacheRead, .cacheWrite, .unpriced,
            .cost:
            false
        }
    }

    /// What a row, or a sum over rows, holds in the column.
    enum Value: Equatable {
        case text(String)
        case integer(Int64)
        case real(Double)
        case money(Money)
        case none
    }

    func value(of row: UsageRow) -> Value {
        switch self {
        case .tenant: .text(row.tenant.rawValue)
        case .date, .month: .text(row.window.date)
        case .hour: row.window.hour.map { .integer(Int64($0)) } ?? .none
        case .model: row.model.map { .text($0.rawValue) } ?? .none
        case .user: row.user.map { .text($0.rawValue) } ?? .none
        default: measure(of: row.usage, row.cost)
        }
    }

    /// The value for all rows, with those that a limit has cut off.
    func total(of whole: UsageAnswer.Whole) -> Value {
        whole.totals.map { measure(of: $0, whole.cost) } ?? .none
    }

    /// The value for a sum; none for keys.
    func measure(of sum: UsageSum, _ cost: UsageCost?) -> Value {
        switch self {
        case .requests: .integer(sum.requests)
        case .input: .integer(sum.tokens.input)
        case .output: .integer(sum.tokens.output)
        case .total: .integer(sum.tokens.total)
        case .cacheRead: .integer(sum.tokens.cacheRead)
        case .cacheWrite: .integer(sum.tokens.cacheWrite)
        case .average: sum.averageTotal.map { .real($0) } ?? .none
        case .unpriced: cost.map { .integer($0.unpricedRequests) } ?? .none
        case .cost: cost?.total.map { .money($0) } ?? .none
        default: .none
        }
    }
}

extension UsageQuery {
    /// The columns of the answer, in order.
    var columns: [ReportColumn] {
        ReportColumn.allCases.filter { column in
            switch column {
            case .date: window != .month
            case .month: window == .month
            case .hour: window == .hour
            case .model: groups.contains(.model)
            case .user: groups.contains(.user)
            case .unpriced, .cost: prices != nil
            default: true
            }
        }
    }
}
