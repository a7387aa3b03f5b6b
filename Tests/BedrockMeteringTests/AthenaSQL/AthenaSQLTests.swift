import Foundation
import Testing

@testable import BedrockMetering

@Suite struct AthenaSQLTests {
    private static let day = UsagePeriod.day(.named("2025-12-07"))

    @Test func `a daily query of one tenant`() {
        let query = UsageQuery(per: .day, during: Self.day, tenants: ["O'Brien"], limit: 10)

        #expect(
            query.athenaSQL(from: .standard) == """
                SELECT
                    tenant_id,
                    CAST(event_time AS DATE) AS usage_date,
                    COUNT(*) AS request_count,
                    SUM(input_tokens) AS input_tokens,
                    SUM(output_tokens) AS output_tokens,
                    SUM(total_tokens) AS total_tokens,
                    CAST(SUM(total_tokens) AS DOUBLE) / COUNT(*) AS avg_tokens_per_request,
                    COALESCE(SUM(cache_read_input_tokens), 0) AS cache_read_input_tokens,
                    COALESCE(SUM(cache_write_input_tokens), 0) AS cache_write_input_tokens
                FROM (
                    SELECT
                        tenant_id,
                        input_tokens,
                        output_tokens,
                        total_tokens,
                        cache_read_input_tokens,
                        cache_write_input_tokens,
                        TRY(from_iso8601_timestamp("timestamp")) AS event_time
                    FROM "bedrock_metering_db"."token_usage_logs"
                    WHERE year = '2025' AND month = '12' AND day = '07'
                        AND tenant_id IS NOT NULL
                        AND tenant_id IN ('O''Brien')
                ) AS usage_events
                WHERE CAST(event_time AS DATE) BETWEEN DATE '2025-12-07' AND DATE '2025-12-07'
                GROUP BY 1, 2
                ORDER BY usage_date, total_tokens DESC, tenant_id
                LIMIT 10
                """
        )
    }

    @Test(
        arguments: [
            (
                .hour, [.model, .user], "1, 2, 3, 4, 5",
                "usage_date, usage_hour, total_tokens DESC, tenant_id, model_id, user_id"
            ),
            (.day, [.user], "1, 2, 3", "usage_date, total_tokens DESC, tenant_id, user_id"),
            (.month, [.model], "1, 2, 3", "usage_month, total_tokens DESC, tenant_id, model_id"),
        ] as [(UsageWindow.Size, Set<UsageQuery.Group>, String, String)]
    )
    func `rows are grouped and ordered as in this process`(
        window: UsageWindow.Size,
        groups: Set<UsageQuery.Group>,
        keys: String,
        order: String
    ) {
        let query = UsageQuery(per: window, during: Self.day, by: groups)

        let sql = query.athenaSQL(from: .standard)

        #expect(sql.hasSuffix("\nGROUP BY \(keys)\nORDER BY \(order)"))
    }

    @Test func `a query has the columns of a report, in its order`() throws {
        for window in UsageWindow.Size.allCases {
            let query = UsageQuery(per: window, during: Self.day, by: [.model, .user])
            let header = try #require(
                UsageReport(query: query, rows: []).csv().split(separator: "\r\n").first
            )

            let sql = query.athenaSQL(from: .standard)

            let selection = try #require(sql.components(separatedBy: "\nFROM (").first)
            let names = selection.matches(of: /(?:\sAS|\n   ) ([a-z_]+)(?=,\n|$)/)
            #expect(names.map { String($0.1) } == header.components(separatedBy: ","))
        }
    }

    /// The statement with a mark for each string literal, and the literals' values; a doubled quote
    /// stands for one, and nothing else is special.
    private static func literals(_ sql: String) -> (statement: String, values: [[UInt8]]) {
        var statement: [UInt8] = []
        var values: [[UInt8]] = []
        var bytes = Array(sql.utf8)[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "'") else {
                statement.append(byte)
                continue
            }
            var value: [UInt8] = []
            while let byte = bytes.popFirst() {
                if byte == UInt8(ascii: "'") {
                    guard bytes.first == UInt8(ascii: "'") else { break }
                    bytes.removeFirst()
                }
                value.append(byte)
            }
            values.append(value)
            statement.append(UInt8(ascii: "?"))
        }
        return (String(decoding: statement, as: UTF8.self), values)
    }

    @Test(arguments: HostileNames.all)
    func `a tenant's name stays one literal with its own bytes`(name: String) {
        let plain = UsageQuery(per: .day, during: Self.day, tenants: ["x"])
        let hostile = UsageQuery(per: .day, during: Self.day, tenants: [TenantID(name)])

        for table in [TableName.standard, TableName(database: "d", table: "t")] {
            let (statement, values) = Self.literals(hostile.athenaSQL(from: table))

            #expect(statement == Self.literals(plain.athenaSQL(from: table)).statement)
            #expect(values.contains(Array(name.utf8)))

            let list = Self.literals(hostile.athenaSQL(listing: .models, from: table))
            #expect(
                list.statement
                    == Self.literals(plain.athenaSQL(listing: .models, from: table)).statement
            )
            #expect(list.values.contains(Array(name.utf8)))
        }
    }

    @Test func `all tenants of a query are listed, in the order of their bytes`() {
        let query = UsageQuery(
            per: .day,
            during: Self.day,
            tenants: Set(HostileNames.all.map { TenantID($0) })
        )

        let values = Self.literals(query.athenaSQL(from: .standard)).values

        let names = HostileNames.all.map { Array($0.utf8) }
            .sorted { $0.lexicographicallyPrecedes($1) }
        #expect(Array(values.dropFirst(3).prefix(names.count)) == names)
    }

    @Test(arguments: ["a\"b", "a\"\u{301}b", "a.b", "a b", "a'b", "drop\";--", "a\nb"])
    func `a table's name stays one name`(name: String) {
        let query = UsageQuery(per: .day, during: Self.day)

        let sql = query.athenaSQL(from: TableName(database: name, table: name))

        var quoted = ""
        for scalar in name.unicodeScalars {
            quoted.unicodeScalars.append(scalar)
            if scalar == "\"" { quoted += "\"" }
        }
        let from = Array("FROM \"\(quoted)\".\"\(quoted)\"\n".utf8)
        #expect(Data(sql.utf8).range(of: Data(from)) != nil)
    }
}
