import BedrockMetering
import Foundation

/// Prints the usage of each tenant in a log object, as a billing service would add it up.
@main
struct Consumer {
    static func main() throws {
        let path = CommandLine.arguments[1]
        let object = try Data(contentsOf: URL(fileURLWithPath: path))

        let decoded = try UsageRecordDecoder().decode(object, named: path)
        for line in decoded.rejected {
            print("skipped line \(line.number): \(line.reason)")
        }
        let daily = UsageQuery(per: .day, during: try .day("2025-12-07"))
        for row in try daily.rows(from: decoded.records.deduplicated()) {
            print(row.tenant, row.usage.requests, row.tokens.total)
        }
    }
}
