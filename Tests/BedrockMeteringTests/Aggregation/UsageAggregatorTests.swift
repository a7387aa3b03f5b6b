import Testing

@testable import BedrockMetering

@Suite struct UsageAggregatorTests {
    /// A row as a dictionary would have it.
    private struct Row: Equatable {
        var window: String
        var tenant: TenantID
        var model: ModelID?
        var user: UserID?
        var sum = UsageSum()
    }

    private struct Key: Hashable {
        var window: String
        var tenant: TenantID
        var model: ModelID?
        var user: UserID?
    }

    /// The answer of `query`, from the text of each record's time.
    private static func expected(_ query: UsageQuery, _ records: [UsageRecord]) -> [Row] {
        var sums: [Key: UsageSum] = [:]
        for record in records {
            let time = record.time.description
            let date = String(time.prefix(10))
            guard date >= query.period.first.description, date <= query.period.last.description,
                query.tenants.isEmpty || query.tenants.contains(record.tenant)
            else { continue }
            let window =
                switch query.window {
                case .hour: String(time.prefix(13))
                case .day: date
                case .month: String(time.prefix(7))
                }
            let key = Key(
                window: window,
                tenant: record.tenant,
                model: query.groups.contains(.model) ? record.model : nil,
                user: query.groups.contains(.user) ? record.user : nil
            )
            var sum = sums[key] ?? UsageSum()
            sum.requests += 1
            sum.tokens.input += record.tokens.input
            sum.tokens.output += record.tokens.output
            sum.tokens.cacheRead += record.tokens.cacheRead
            sum.tokens.cacheWrite += record.tokens.cacheWrite
            sum.tokens.total += record.tokens.total
            sums[key] = sum
        }
        let rows = sums.map { key, sum in
            Row(window: key.window, tenant: key.tenant, model: key.model, user: key.user, sum: sum)
        }
        let sorted = rows.sorted { left, right in
            if left.window != right.window { return left.window < right.window }
            let (one, other) = (left.sum.tokens.total, right.sum.tokens.total)
            if one != other { return one > other }
            if left.tenant != right.tenant { return left.tenant < right.tenant }
            if left.model != right.model { return (left.model ?? "") < (right.model ?? "") }
            return (left.user ?? "") < (right.user ?? "")
        }
        return Array(sorted.prefix(query.limit ?? .max))
    }

    private static func rows(_ rows: [UsageRow]) -> [Row] {
        rows.map { row in
            let hour = row.window.hour.map { $0 < 10 ? "T0\($0)" : "T\($0)" } ?? ""
            return Row(
                window: row.window.date + hour,
                tenant: row.tenant,
                model: row.model,
                user: row.user,
                sum: row.usage
            )
        }
    }

    private static let groups: [Set<UsageQuery.Group>] = [[], [.model], [.user], [.model, .user]]

    @Test(arguments: UsageWindow.Size.allCases, groups)
    func `rows are what a dictionary adds up`(
        window: UsageWindow.Size,
        groups: Set<UsageQuery.Group>
    ) throws {
        var random = RandomUsage(seed: UInt64(groups.count) + 20)
        let days = UsageDay.days(from: "2025-12-29", count: 6)
        let records = (0..<800).map { _ in random.record(on: days) }
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        for record in records { collector.insert(record) }
        collector.commit()
        let calls = merger.records()
        let periods = [(0, 5), (1, 4), (2, 2), (3, 3)].map { first, last in
            UsagePeriod.days(days[first], days[last])
        }
        for period in periods {
            for tenants: Set<TenantID> in [[], ["acme", "\u{ac00}", "nobody"]] {
                for limit in [nil, 1, 7] {
                    let query = UsageQuery(
                        per: window,
                        during: period,
                        by: groups,
                        tenants: tenants,
                        limit: limit
                    )
                    let rows = try query.rows(from: records)
                    var aggregator = UsageAggregator(query)
                    aggregator.add(merger)

                    #expect(Self.rows(rows) == Self.expected(query, records))
                    #expect(Self.rows(try aggregator.rows()) == Self.expected(query, calls))
                }
            }
        }
    }

    @Test func `equal totals are ordered by tenant, model and user`() throws {
        let day = UsageDay.named("2025-12-07")
        let names = ["b", "a", "\u{ac00}", "B"]
        let records = names.flatMap { tenant in
            names.flatMap { model in
                names.map { user in
                    UsageRecord(
                        time: day.start,
                        tenant: TenantID(tenant),
                        user: UserID(user),
                        model: ModelID(model),
                        tokens: TokenCounts(total: 7)
                    )
                }
            }
        }
        let query = UsageQuery(per: .day, during: .day(day), by: [.model, .user])

        let rows = try query.rows(from: records)

        let keys = rows.map { "\($0.tenant) \($0.model ?? "-") \($0.user ?? "-")" }
        let sorted = ["B", "a", "b", "\u{ac00}"]
        #expect(
            keys == sorted.flatMap { a in sorted.flatMap { b in sorted.map { "\(a) \(b) \($0)" } } }
        )
    }

    @Test func `a merger may be added while workers still fill it`() async throws {
        let merger = UsageMerger()
        let day = UsageDay.named("2025-12-07")
        let query = UsageQuery(per: .day, during: .day(day), by: [.model, .user])

        let requests = try await withThrowingTaskGroup(of: Int64.self) { group in
            group.addTask {
                var collector = merger.makeCollector()
                for number in 0..<2000 {
                    collector.insert(
                        UsageRecord(
                            time: day.start, tenant: TenantID("t\(number)"),
                            user: UserID("u\(number)"), model: ModelID("m\(number)"),
                            tokens: TokenCounts(total: 1)
                        )
                    )
                    collector.commit()
                }
                return 0
            }
            group.addTask {
                var requests: Int64 = 0
                while merger.count < 2000 {
                    var aggregator = UsageAggregator(query)
                    aggregator.add(merger)
                    requests = try aggregator.rows().totals().requests
                }
                return requests
            }
            return try await group.reduce(0, max)
        }

        #expect(requests <= 2000)
        #expect(merger.count == 2000)
    }

    @Test func `no records make no rows, and their sum is none`() throws {
        let query = UsageQuery(per: .hour, during: .day(UsageDay.named("2025-12-07")))

        let rows = try query.rows(from: [])

        #expect(rows.isEmpty)
        #expect(try rows.totals() == UsageSum())
        #expect(try rows.totals().averageTotal == nil)
    }

    @Test func `a month's window begins with the month, even where the period does not`() throws {
        let days = UsageDay.days(from: "2025-11-30", count: 2)
        let records = days.map {
            UsageRecord(
                time: $0.start,
                tenant: "acme",
                user: "u",
                model: "m",
                tokens: TokenCounts(total: 1)
            )
        }
        let period = try #require(UsagePeriod(from: days[0], to: days[1]))

        let rows = try UsageQuery(per: .month, during: period).rows(from: records)

        #expect(rows.map(\.window.date) == ["2025-11", "2025-12"])
        #expect(rows.map(\.window.day.description) == ["2025-11-01", "2025-12-01"])
    }
}
