import BedrockMetering
import Foundation
import LakeTestSupport
import MeteringLake
import MeteringPipeline
import TestSupport
import Testing

/// Any set of objects, in any order, split over any number of runs and with any repeats, leaves the
/// same bytes.
@Suite struct ExactlyOnceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Puts objects into a source folder and ingests it.
    private func ingest(
        _ objects: [(name: String, bytes: [UInt8])],
        from source: String,
        into lake: String,
        format: LakeFormat = .json,
        jobs: Int = 2
    ) async throws -> IngestSummary {
        try folder.makeFolder(source)
        for object in objects { try folder.write(object.bytes, to: "\(source)/\(object.name)") }
        let job = IngestJob(
            source: folder.path(source), lake: folder.path(lake), format: format, jobs: jobs)
        let summary = try await job.run()
        #expect(summary.failures.isEmpty)
        #expect(summary.objects == objects.count)
        #expect(summary.isBalanced)
        return summary
    }

    @Test func `a call is in conflict once, be its versions in the run or one in the lake`()
        async throws
    {
        let versions = (0..<3).map {
            UsageCall(input: $0, output: 9 - 2 * $0, request: Array("r".utf8))
        }
        let rows = versions.map { Array($0.row.utf8) }
        func conflicts(_ parts: [[UInt8]], into lake: String) async throws -> Int {
            let objects = parts.enumerated().map { (name: "\($0).json", bytes: $1) }
            let source = "\(lake)-\(UUID().uuidString)"
            return try await ingest(objects, from: source, into: lake).duplicates.conflicts
        }

        for kept in 0..<3 {
            let lake = "lake-\(kept)"
            #expect(try await conflicts([rows[kept]], into: lake) == 0)
            #expect(try await conflicts([rows[2], rows[1] + rows[2], rows[0]], into: lake) == 1)
        }
        #expect(try await conflicts([rows[0]], into: "lake-1") == 1)
        #expect(try await conflicts([rows[1], rows[1]], into: "lake-1") == 1)
    }

    @Test(
        arguments: LakeFormat.allCases,
        [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1], [1, 2, 0]])
    func `of snapshots of a call the largest stays, whichever run brings it`(
        format: LakeFormat, order: [Int]
    ) async throws {
        // The larger a snapshot the later, and among rows that come before, between and after them.
        let snapshots = (0..<3).map { number in
            UsageCall(time: 1000 * number, output: number, request: Array("r".utf8))
        }
        let others = (0..<3).map { UsageCall(time: 1000 * $0 + 1, request: Array("s\($0)".utf8)) }
        let expected = ExpectedLake([snapshots[2]] + others)

        for number in order {
            let rows = [snapshots[number], others[number]].map(\.row).joined()
            let object = (name: "\(number).json", bytes: Array(rows.utf8))
            let summary = try await ingest(
                [object], from: "source-\(number)", into: "lake", format: format)
            #expect(summary.duplicates.conflicts == 0 && summary.isClean)
        }

        if format == .parquet {
            _ = try await ConvertJob(lake: folder.path("lake"), to: .json).run()
        }
        #expect(try LakeContents(folder.path("lake")).texts() == expected.days)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `any split into runs, any order and any repeats leave the bytes of one run`(
        seed: UInt64
    ) async throws {
        var logs = RandomLogs(seed: seed)
        let calls = logs.calls(300)
        let events = logs.events(of: calls)
        let objects = logs.objects(of: events, count: 9)
        let expected = ExpectedLake(calls)

        let summary = try await ingest(objects, from: "all", into: "one")
        let one = try LakeContents(folder.path("one"))

        #expect(try one.texts() == expected.days)
        #expect(summary.records == expected.rows)
        #expect(summary.days.reduce(0) { $0 + $1.rows } == expected.rows)
        #expect(summary.counts.foreign > 0 && summary.counts.rejected > 0)
        #expect(summary.duplicates.conflicts > 0 && summary.duplicates.ambiguous > 0)

        for attempt in 0..<3 {
            let lake = "split-\(attempt)"
            var runs = logs.deal(logs.shuffle(objects), to: 1 + logs.number(below: 5))
            for _ in 0..<2 { runs.append(logs.element(of: runs)) }
            var records = 0
            for (number, run) in logs.shuffle(runs).enumerated() {
                let jobs = 1 + logs.number(below: 4)
                let source = "\(lake)-source-\(number)"
                records += try await ingest(run, from: source, into: lake, jobs: jobs).records
            }

            #expect(try LakeContents(folder.path(lake)) == one)
            #expect(records == expected.rows)
        }
    }

    @Test(arguments: 11...14 as ClosedRange<UInt64>)
    func `the same events in other objects leave the same bytes`(seed: UInt64) async throws {
        var logs = RandomLogs(seed: seed)
        let events = logs.events(of: logs.calls(200))

        for attempt in 0..<3 {
            let objects = logs.objects(of: events, count: 1 + logs.number(below: 20))
            _ = try await ingest(objects, from: "source-\(attempt)", into: "lake-\(attempt)")
        }

        let lakes = try (0..<3).map { try LakeContents(folder.path("lake-\($0)")) }
        #expect(lakes[0] == lakes[1] && lakes[1] == lakes[2])
        #expect(!lakes[0].files.isEmpty)
    }

    @Test func `days of many members are the same for any number of jobs and runs`() async throws {
        var logs = RandomLogs(seed: 21)
        let calls = (0..<10_000).map { number in
            var call = logs.call()
            call.day = number % 20 == 0 ? "2025-12-08" : "2025-12-07"
            call.input = number
            return call
        }
        let expected = ExpectedLake(calls)
        let objects = logs.deal(logs.shuffle(calls), to: 6).enumerated().map { index, calls in
            ("\(index).gz", GzipData.compressed(calls.map(\.row).joined().utf8))
        }

        _ = try await ingest(objects, from: "all", into: "one", jobs: 1)
        _ = try await ingest(objects, from: "all", into: "four", jobs: 4)
        for (index, object) in objects.enumerated() {
            _ = try await ingest([object], from: "source-\(index)", into: "many", jobs: 1 + index)
        }

        let one = try LakeContents(folder.path("one"))
        #expect(try one.texts() == expected.days)
        #expect(try LakeContents(folder.path("four")) == one)
        #expect(try LakeContents(folder.path("many")) == one)
    }

    @Test(arguments: 41...44 as ClosedRange<UInt64>)
    func
        `a Parquet lake has the bytes of one run however it is filled, and the rows of a JSON lake`(
            seed: UInt64
        ) async throws
    {
        var logs = RandomLogs(seed: seed)
        let objects = logs.objects(of: logs.events(of: logs.calls(300)), count: 9)
        _ = try await ingest(objects, from: "all", into: "json")
        let summary = try await ingest(objects, from: "all", into: "parquet", format: .parquet)
        for (number, run) in logs.deal(logs.shuffle(objects), to: 5).enumerated() {
            let jobs = 1 + logs.number(below: 4)
            _ = try await ingest(
                run, from: "source-\(number)", into: "split", format: .parquet, jobs: jobs)
        }
        let again = try await ingest(objects, from: "all", into: "split", format: .parquet)

        let parquet = try LakeContents(folder.path("parquet"))
        #expect(parquet.files.count == summary.days.count && !parquet.files.isEmpty)
        #expect(parquet.files.keys.allSatisfy { $0.hasSuffix(".parquet") })
        #expect(try LakeContents(folder.path("split")) == parquet)
        #expect(again.records == 0 && again.holdings == summary.holdings)

        _ = try await ConvertJob(lake: folder.path("split"), to: .json).run()
        #expect(try LakeContents(folder.path("split")) == LakeContents(folder.path("json")))
    }

    @Test func `a day's file is the log of itself`() async throws {
        var logs = RandomLogs(seed: 31)
        let objects = logs.objects(of: logs.events(of: logs.calls(300)), count: 3)
        _ = try await ingest(objects, from: "source", into: "lake")
        let lake = try LakeContents(folder.path("lake"))
        let files = lake.files.map { (name: $0.key, bytes: Array($0.value)) }

        let summary = try await ingest(files, from: "files", into: "copy")
        let again = try await ingest(files, from: "files", into: "lake")

        #expect(try LakeContents(folder.path("copy")) == lake)
        #expect(try LakeContents(folder.path("lake")) == lake)
        #expect(summary.duplicates.duplicates == 0 && summary.counts.foreign == 0)
        #expect(again.records == 0 && again.failures.isEmpty)
    }
}

extension IngestSummary {
    /// What the days hold, whatever was new of it.
    var holdings: [String] { days.map(\.holdings) }

    /// Whether every event has one fate.
    var isBalanced: Bool {
        records + duplicates.duplicates + counts.foreign + counts.rejected + uncommitted
            == counts.events
    }
}

extension IngestSummary.Day {
    var holdings: String { "\(day): \(rows) rows, \(totalTokens) tokens" }
}
