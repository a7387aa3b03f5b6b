import TestSupport
import Testing

@testable import BedrockMetering

/// Days that are merged by what the lake knows of calls in conflict.
@Suite struct DecidedCallTests {
    private static let day = UsageDay("2025-12-07") ?? UsageDay(number: 0)

    private static func record(
        _ input: Int64, output: Int64 = 0, request: RequestID? = "r", time: Int64 = 5
    ) -> UsageRecord {
        UsageRecord(
            time: EventTime(microseconds: day.start.microseconds + time), tenant: "acme", user: "u",
            model: "m", tokens: TokenCounts(input: input, output: output, total: input + output),
            request: request)
    }

    private static func known(
        _ versions: [UsageRecord], keeping kept: [UsageRecord]? = nil
    ) -> KnownCall {
        KnownCall(
            CallConflict(day: day, tenant: "acme", request: "r", versions: versions),
            decision: kept.map { kept in
                CallDecision(kept: kept, dropped: versions.filter { !kept.contains($0) })
            })
    }

    /// What a merge leaves, read to its end, with its present rows in the order of a day file.
    private static func merged(
        _ new: [UsageRecord], into present: [UsageRecord], knowing known: [KnownCall]
    ) -> (records: [UsageRecord], outcome: DayMerge.Outcome, contested: [CallConflict]) {
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        for record in new { collector.insert(record) }
        collector.commit()
        let snapshot = merger.snapshot()
        let references = snapshot.sorted(snapshot.days().first?.references ?? [])
        var merge = snapshot.merge(references, into: day, knowing: known)
        var rows = read(present, &merge)
        if !merge.isSettled {
            merge = merge.again()
            rows = read(present, &merge)
        }
        var outcome = merge.outcome
        outcome.duplicates += merger.duplicates
        return (rows, outcome, merge.conflicts())
    }

    private static func read(
        _ present: [UsageRecord], _ merge: inout DayMerge
    ) -> [UsageRecord] {
        var rows: [UsageRecord] = []
        for record in present {
            let row = merge.symbols.row(of: record)
            merge.append(present: row)
        }
        repeat {
            merge.merge(isComplete: true)
            let symbols = merge.symbols
            rows += merge.merged.map { symbols.record($0) }
        } while merge.passOver(isComplete: true)
        return rows
    }

    private static let (large, small, other) = (
        record(3, output: 9), record(7, output: 1, time: 2), record(1, request: "s", time: 4)
    )

    @Test(
        arguments: [
            [], [large], [small], [large, small], [small, large, small],
        ], [[large, other], [small, other]])
    func `kept rows take the place of whatever is there or comes`(
        new: [UsageRecord], present: [UsageRecord]
    ) {
        let present = present.sorted { $0.time < $1.time }
        for kept in [[Self.large], [Self.small], [Self.small, Self.large]] {
            let known = Self.known([Self.large, Self.small], keeping: kept)

            let (rows, outcome, contested) = Self.merged(new, into: present, knowing: [known])

            #expect(rows == (kept + [Self.other]).sorted { $0.time < $1.time })
            #expect(outcome.rows == kept.count + 1 && outcome.records == 0)
            #expect(outcome.duplicates.duplicates == new.count && outcome.duplicates.conflicts == 0)
            #expect(outcome.isChanged == (rows != present) && outcome.presentIsInOrder)
            #expect(contested.isEmpty)
            // And again: nothing changes.
            let again = Self.merged(new, into: rows, knowing: [known])
            #expect(again.records == rows && !again.outcome.isChanged)
        }
    }

    @Test(arguments: [false, true])
    func `a version that nobody has decided about is told, and is no row`(isPresent: Bool) {
        let unknown = Self.record(8, time: 1)
        let known = Self.known([Self.large, Self.small], keeping: [Self.small])

        let merged = Self.merged(
            isPresent ? [] : [unknown], into: isPresent ? [unknown] : [Self.small], knowing: [known]
        )

        #expect(merged.records == [Self.small] && merged.outcome.duplicates.conflicts == 1)
        #expect(merged.contested.map(\.versions) == [[unknown]])
    }

    @Test func `a snapshot of a version that was decided about is nothing new`() {
        let known = Self.known([Self.large, Self.small], keeping: [Self.small])

        let merged = Self.merged(
            [Self.record(2, output: 8), Self.record(7)], into: [Self.small], knowing: [known])

        #expect(merged.records == [Self.small] && merged.contested.isEmpty)
        #expect(merged.outcome.duplicates.conflicts == 0 && !merged.outcome.isChanged)
    }

    @Test func `versions that the lake lists are told together with new ones`() {
        let new = Self.record(8, time: 1)

        let merged = Self.merged(
            [new], into: [Self.large], knowing: [Self.known([Self.large, Self.small])])

        #expect(merged.records == [Self.large] && merged.outcome.duplicates.conflicts == 1)
        #expect(merged.contested.map { Set($0.versions) } == [[Self.large, Self.small, new]])
    }

    @Test func `a version that all listed ones are snapshots of settles the call`() {
        let new = Self.record(9, output: 9, time: 9)

        let merged = Self.merged(
            [new], into: [Self.large], knowing: [Self.known([Self.large, Self.small])])

        #expect(merged.records == [new] && merged.outcome.duplicates.conflicts == 0)
        #expect(merged.contested.map(\.versions) == [[new]])
    }

    @Test func `the versions of both lists are brought together in either order`() {
        let calls = [[Self.large], [Self.small], [Self.record(2, output: 8)], [Self.record(8)]].map
        {
            CallConflict(day: Self.day, tenant: "acme", request: "r", versions: $0)
        }
        let orders = [calls, calls.reversed(), [calls[2], calls[0], calls[3], calls[1]]]

        let unions = orders.map { order in order.dropFirst().reduce(order[0]) { $0.union($1) } }

        #expect(Set(unions).count == 1)
        #expect(unions[0].versions == [Self.large, Self.small, Self.record(8)])
    }
}
