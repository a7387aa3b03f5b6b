import Foundation
import Testing

@testable import BedrockMetering

@Suite struct UsageMergerTests {
    private static let call = UsageRecord(
        time: EventTime(microseconds: 1_765_069_425_678_901),
        tenant: "acme",
        user: "u1",
        model: "haiku",
        tokens: TokenCounts(input: 10, output: 5, total: 15)
    )

    /// ``call`` after `change`.
    private static func call(_ change: (inout UsageRecord) -> Void) -> UsageRecord {
        var changed = call
        change(&changed)
        return changed
    }

    /// What a merger makes of `records`, each of them an object of its own.
    private static func merge(
        _ records: [UsageRecord]
    ) -> (records: [UsageRecord], duplicates: DuplicateCounts) {
        let merger = UsageMerger()
        for record in records {
            var collector = merger.makeCollector()
            collector.insert(record)
            collector.commit()
        }
        #expect(merger.count + merger.duplicates.duplicates == records.count)
        return (merger.records(), merger.duplicates)
    }

    private static func counts(
        duplicates: Int = 0,
        ambiguous: Int = 0,
        conflicts: Int = 0
    ) -> DuplicateCounts {
        var counts = DuplicateCounts()
        counts.duplicates = duplicates
        counts.ambiguous = ambiguous
        counts.conflicts = conflicts
        return counts
    }

    @Test func `an equal record without a request id is a redelivery`() {
        let merged = Self.merge([Self.call, Self.call, Self.call])

        #expect(merged.records == [Self.call])
        #expect(merged.duplicates == Self.counts(duplicates: 2))
    }

    static let differences: [(String, @Sendable (inout UsageRecord) -> Void)] = [
        ("time", { $0.time = EventTime(microseconds: $0.time.microseconds + 1) }),
        ("tenant", { $0.tenant = "acme2" }),
        ("user", { $0.user = "u2" }),
        ("model", { $0.model = "sonnet" }),
        ("input", { $0.tokens.input += 1 }),
        ("output", { $0.tokens.output += 1 }),
        ("cache read", { $0.tokens.cacheRead += 1 }),
        ("cache write", { $0.tokens.cacheWrite += 1 }),
        ("total", { $0.tokens.total += 1 }),
    ]

    @Test(arguments: differences.indices)
    func `without a request id any difference makes another call`(index: Int) {
        let other = Self.call(Self.differences[index].1)

        let merged = Self.merge([Self.call, other, Self.call, other])

        #expect(Set(merged.records) == [Self.call, other])
        #expect(merged.duplicates == Self.counts(duplicates: 2))
    }

    /// The differences between versions that contradict each other; a larger count contradicts nothing.
    private static let contradictions = ["time", "user", "model"]

    @Test(
        arguments: differences.indices.filter { contradictions.contains(differences[$0].0) },
        ["0123cdef-89ab-4567-8e9f-a0b1c2d3e4f5", "0123CDEF-89AB-4567-8E9F-A0B1C2D3E4F5", "r-1"]
    )
    func `equal counts under other names are a conflict, and the one that sorts first stays`(
        index: Int,
        request: String
    ) {
        let first = Self.call { $0.request = RequestID(request) }
        var second = first
        Self.differences[index].1(&second)

        for order in [[first, second], [second, first], [second, first, second, first]] {
            let merged = Self.merge(order)

            #expect(merged.records == [first])
            #expect(merged.duplicates.duplicates == order.count - 1)
            #expect(merged.duplicates.conflicts == 1)
        }
    }

    @Test(
        arguments: differences.indices.filter {
            !["tenant"].contains(differences[$0].0) && !contradictions.contains(differences[$0].0)
        })
    func `a version with one count larger is a later snapshot of the call, and stays`(index: Int) {
        let first = Self.call { $0.request = "r-1" }
        var second = first
        Self.differences[index].1(&second)
        second.time = EventTime(microseconds: first.time.microseconds + 1)

        for order in [[first, second], [second, first], [second, first, second, first]] {
            let merged = Self.merge(order)

            #expect(merged.records == [second])
            #expect(merged.duplicates == Self.counts(duplicates: order.count - 1))
        }
    }

    private static func call(input: Int64, output: Int64, user: UserID = "u1") -> UsageRecord {
        call {
            $0.request = "r-1"
            $0.user = user
            let (total, overflow) = input.addingReportingOverflow(output)
            $0.tokens = TokenCounts(input: input, output: output, total: overflow ? .max : total)
        }
    }

    /// Versions of a call, which one stays, and which are in conflict.
    static let versions: [(versions: [UsageRecord], kept: Int, conflict: [Int])] = [
        (
            [call(input: 10, output: 0), call(input: 10, output: 5), call(input: 10, output: 9)], 2,
            []
        ),
        ([call(input: 10, output: 5), call(input: 5, output: 9)], 0, [0, 1]),
        ([call(input: 5, output: 10), call(input: 6, output: 9)], 0, [0, 1]),
        // A third one of which both are snapshots.
        (
            [call(input: 10, output: 5), call(input: 5, output: 10), call(input: 10, output: 10)],
            2, []
        ),
        // A third one of which one is a snapshot.
        (
            [call(input: 10, output: 5), call(input: 5, output: 10), call(input: 10, output: 6)], 2,
            [2, 1]
        ),
        ([call(input: 10, output: 5), call(input: 10, output: 5, user: "u2")], 0, [0, 1]),
        // The user may be logged later.
        ([call(input: 10, output: 5), call(input: 10, output: 6, user: "u2")], 1, []),
        (
            [
                call(input: .max, output: 1), call(input: .max, output: 2),
                call(input: 0, output: .max),
            ],
            1, [1, 2]
        ),
    ]

    @Test(arguments: versions.indices)
    func `versions that no other one dominates are in conflict, in any order`(index: Int) throws {
        let (versions, kept, conflict) = Self.versions[index]

        for order in Self.orders(of: versions) {
            let merger = UsageMerger()
            var collector = merger.makeCollector()
            for record in order + order { collector.insert(record) }
            collector.commit()

            #expect(merger.records() == [versions[kept]])
            #expect(merger.duplicates.conflicts == (conflict.isEmpty ? 0 : 1))
            let calls = merger.snapshot().conflicts(on: Self.call.time.day)
            #expect(calls.flatMap(\.versions) == conflict.map { versions[$0] })
            #expect(calls.allSatisfy { !$0.hasMore })
        }
    }

    private static func orders(of records: [UsageRecord]) -> [[UsageRecord]] {
        guard records.count > 1 else { return [records] }
        return records.indices.flatMap { index in
            var rest = records
            let first = rest.remove(at: index)
            return orders(of: rest).map { [first] + $0 }
        }
    }

    @Test func `a hundred versions of a call are kept, the largest ones`() throws {
        let versions = (0..<150).map { Self.call(input: Int64($0), output: Int64(2 * (150 - $0))) }
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        for record in versions.reversed() { collector.insert(record) }
        collector.commit()

        let call = try #require(merger.snapshot().conflicts(on: Self.call.time.day).first)

        #expect(call.versions == Array(versions[..<100]) && call.hasMore)
        #expect(merger.records() == [versions[0]] && merger.duplicates.conflicts == 1)
    }

    @Test(arguments: [
        "None", "none", "NULL", "nil", "undefined", "Undefined", "unknown", "N/A", "n/a", "NA",
        "NaN",
        "(null)", "<nil>", "<none>", "<null>", "-", "--", "0", "000", " ", "\t \r\n",
        "00000000-0000-0000-0000-000000000000", "00000000000000000000000000000000",
    ])
    func `a placeholder is no request id`(id: String) throws {
        let calls = (0..<3).map { index in
            Self.call {
                $0.request = RequestID(id)
                $0.tokens.input += Int64(index)
            }
        }
        let plain = calls.map { call in
            var call = call
            call.request = nil
            return call
        }

        let merged = Self.merge(calls + plain)
        let pattern = try Regex(PlaceholderID.pattern).matchingSemantics(.unicodeScalar)

        #expect(merged.records == plain)
        #expect(merged.duplicates == Self.counts(duplicates: 3))
        #expect(id.contains(pattern))
    }

    @Test(arguments: [
        "nobody", "nonesuch", "nu", "None ", "nn/a", "0x0", "00000000-0000-0000-0000-000000000001",
        "10000000-0000-0000-0000-000000000000", "0-0-0-1", "undefined2", "r", "--a",
    ])
    func `what only looks like a placeholder is a request id`(id: String) throws {
        let pattern = try Regex(PlaceholderID.pattern).matchingSemantics(.unicodeScalar)
        let call = Self.call { $0.request = RequestID(id) }

        #expect(Self.merge([call, Self.call]).records.count == 2)
        #expect(!id.contains(pattern))
    }

    @Test func `an equal record with a request id is a duplicate and no conflict`() {
        let call = Self.call { $0.request = "r-1" }

        #expect(Self.merge([call, call]).duplicates == Self.counts(duplicates: 1))
    }

    @Test func `the same request id of another tenant is another call`() {
        let one = Self.call { $0.request = "r-1" }
        let other = Self.call {
            $0.request = "r-1"
            $0.tenant = "globex"
        }

        let merged = Self.merge([one, other])

        #expect(merged.records == [one, other])
        #expect(merged.duplicates == Self.counts())
    }

    @Test func `the same request id on another day is another call`() {
        let day = Self.call.time.day
        let last = Self.call {
            $0.request = "r-1"
            $0.time = EventTime(microseconds: day.end.microseconds - 1)
        }
        let next = Self.call {
            $0.request = "r-1"
            $0.time = day.end
        }

        let merged = Self.merge([next, last])

        #expect(merged.records == [last, next])
        #expect(merged.duplicates == Self.counts())
    }

    @Test(arguments: [
        ("0123cdef-89ab-4567-8e9f-a0b1c2d3e4f5", "0123CDEF-89ab-4567-8e9f-a0b1c2d3e4f5"),
        ("\u{e9}", "e\u{301}"), ("r", "r\u{0}"), ("r", "R"), ("r", "r "),
    ])
    func `request ids are told apart by their bytes`(one: String, other: String) {
        let records = [one, other].map { id in Self.call { $0.request = RequestID(id) } }

        #expect(Set(Self.merge(records).records) == Set(records))
    }

    @Test func `an empty request id is none`() {
        let empty = Self.call { $0.request = "" }

        let merged = Self.merge([empty, Self.call])

        #expect(merged.records == [Self.call])
        #expect(merged.duplicates == Self.counts(duplicates: 1))
    }

    @Test func `a record with a request id and its twin without are two calls`() {
        let named = Self.call { $0.request = "r-1" }

        #expect(Self.merge([named, Self.call]).records == [Self.call, named])
    }

    @Test func `what was rolled back is not there, and its names do no harm`() {
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        collector.insert(Self.call { $0.tenant = "rolled back" })
        collector.insert(Self.call { $0.request = "rolled back" })
        collector.rollback()

        collector.insert(Self.call { $0.request = "kept" })
        collector.commit()

        #expect(merger.records() == [Self.call { $0.request = "kept" }])
    }

    @Test func `a collector for a period leaves other days out and counts them`() throws {
        let merger = UsageMerger()
        var collector = merger.makeCollector(for: .day(Self.call.time.day))
        let day = Self.call.time.day
        let times = [
            day.start.microseconds - 1, day.start.microseconds, day.end.microseconds - 1,
            day.end.microseconds,
        ]

        for time in times {
            collector.insert(Self.call { $0.time = EventTime(microseconds: time) })
        }
        collector.commit()

        #expect(merger.records().map(\.time.microseconds) == Array(times[1...2]))
        #expect(collector.outside == 2)
    }
}
