import Foundation
import TestSupport

/// Athena as a test wants it: states one after another, then results in pages.
struct AthenaStub {
    /// Each with its reason; the last one stays.
    var states = ["SUCCEEDED"]
    /// JSON members that follow the state.
    var status = ""
    var columns = ["a"]
    var rows: [[String?]] = []
    /// Rows of a page; the header is one of the first page's.
    var pageSize = 1000
    var hasHeader = true

    func start() throws -> StubService {
        try StubService { [self] call, before in
            switch call.operation {
            case "StartQueryExecution": .result("{\"QueryExecutionId\": \"q-1\"}")
            case "GetQueryExecution": .result(execution(min(before, states.count - 1)))
            case "GetQueryResults": .result(page(Int(call.value("NextToken") ?? "0") ?? 0))
            case "StopQueryExecution": .result()
            default: .error("InvalidRequestException")
            }
        }
    }

    private func execution(_ index: Int) -> String {
        """
        {"QueryExecution": {"QueryExecutionId": "q-1",
          "Status": {"State": "\(states[index])"\(status)},
          "Statistics": {"DataScannedInBytes": 123456789}}}
        """
    }

    private func page(_ start: Int) -> String {
        let all = (hasHeader ? [columns.map(Optional.some)] : []) + rows
        let end = min(start + pageSize, all.count)
        return """
            {"ResultSet": {"ResultSetMetadata": \(Self.metadata(columns)),
              "Rows": \(Self.json(Array(all[min(start, end)..<end])))},
             "NextToken": \(end < all.count ? "\"\(end)\"" : "null")}
            """
    }

    static func metadata(_ columns: [String]) -> String {
        let columns = columns.map { "{\"Name\": \(quoted($0)), \"Type\": \"varchar\"}" }
        return "{\"ColumnInfo\": [\(columns.joined(separator: ", "))]}"
    }

    static func json(_ rows: [[String?]]) -> String {
        let rows = rows.map { row in
            let cells = row.map { $0.map { "{\"VarCharValue\": \(quoted($0))}" } ?? "{}" }
            return "{\"Data\": [\(cells.joined(separator: ", "))]}"
        }
        return "[\(rows.joined(separator: ",\n"))]"
    }

    private static func quoted(_ text: String) -> String {
        let data = try? JSONEncoder().encode(text)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}
