import BedrockMetering
import Foundation
import LakeTestSupport
import Parquet
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Files that other writers put into a lake's folders of days: taken over if all of them is usage, and
/// left alone and named if not.
@Suite struct OtherWritersTests {
    private let folder: TemporaryFolder
    private let job: IngestJob

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(
            source: folder.path("source"), lake: folder.path("lake"), format: .json, jobs: 2)
        try folder.makeFolder("source")
    }

    private static let day = "year=2025/month=12/day=07"
    private static let file = "\(day)/part-0.snappy.parquet"
    /// In whole milliseconds, so that a column of any unit holds their times.
    static let calls = (0..<40).map { number in
        UsageCall(
            time: (number * 7919 % 1000) * 1000, tenant: Array("tenant \(number % 3)".utf8),
            input: number, total: number + 5)
    }

    private func lake(_ name: String) -> String { folder.path("lake/\(name)") }

    private func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: lake(name)).map { Array($0) }
    }

    private func report(_ day: String = "2025-12-07") async throws -> ReportJob.Outcome {
        let query = UsageQuery(per: .day, during: try .day(day))
        return try await ReportJob(query, from: .lake(job.lake)).run()
    }

    // MARK: What is taken over

    private static func times(_ unit: ParquetType.TimeUnit, _ perSecond: Int64) -> ColumnValues {
        .int64s(calls.map { $0.milliseconds * (perSecond / 1000) })
    }

    struct Variant: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let file: ForeignParquet
        var options = ParquetWriterOptions()

        init(_ name: String, _ change: (inout ForeignParquet) -> Void = { _ in }) {
            testDescription = name
            file = ForeignParquet(OtherWritersTests.calls).with(change)
        }

        /// A variant whose column `name` is another one.
        static func column(
            _ what: String, _ name: String, _ type: ParquetType, _ values: ColumnValues,
            presence: [Bool]? = nil
        ) -> Variant {
            Variant("\(name): \(what)") {
                $0[name] = ForeignParquet.Column(name, type, values, presence: presence)
            }
        }
    }

    private static let all = [Bool](repeating: true, count: calls.count)
    private static let none = [Bool](repeating: false, count: calls.count)

    static let readable: [Variant] = [
        Variant("the first seven columns"),
        Variant("another order") { $0.columns.reverse() },
        Variant("other columns beside them") {
            $0.columns.insert(.init("latency_ms", .double, .doubles(calls.map { _ in 0.5 })), at: 2)
            $0.columns.insert(.init("ok", .boolean, .booleans(all)), at: 0)
        },
        Variant("no total") { $0["total_tokens"] = nil },
        Variant("event types") {
            $0["event_type"] = .init("event_type", calls.map { _ in "bedrock_token_usage" })
        },
        Variant("no request ids, all null") {
            $0["request_id"] = .init(
                "request_id", .string, .byteArrays(ByteArrays()), presence: none)
        },
        Variant("cache counts, some null") {
            $0["cache_read_input_tokens"] = .init(
                "cache_read_input_tokens", .int32, .int32s([0]),
                presence: all.indices.map { $0 == 3 })
        },
        column(
            "optional", "tenant_id", .string,
            .byteArrays(ByteArrays(calls.map(\.tenant))), presence: all),
        column("int32", "input_tokens", .int32, .int32s(calls.map { Int32($0.input) })),
        column("doubles", "output_tokens", .double, .doubles(calls.map { Double($0.output) })),
        column("texts", "input_tokens", .string, texts(calls.map { "\($0.input)" })),
        column("bytes", "model_id", .bytes, .byteArrays(ByteArrays(calls.map(\.model)))),
        column(
            "a dictionary", "model_id", .string,
            .dictionary(
                indices: calls.map { _ in 1 },
                entries: ByteArrays([Array("unused".utf8), Array("haiku".utf8)]))),
        column(
            "texts without a zone", "timestamp", .string,
            texts(calls.map { "\($0.timestamp.dropLast())" })),
        column(
            "milliseconds", "timestamp", .timestamp(.milliseconds, isAdjustedToUTC: true),
            times(.milliseconds, 1000)),
        column(
            "microseconds", "timestamp", .timestamp(.microseconds, isAdjustedToUTC: true),
            times(.microseconds, 1_000_000)),
        column(
            "microseconds without a zone", "timestamp",
            .timestamp(.microseconds, isAdjustedToUTC: false), times(.microseconds, 1_000_000)),
        column(
            "nanoseconds", "timestamp", .timestamp(.nanoseconds, isAdjustedToUTC: false),
            times(.nanoseconds, 1_000_000_000)),
    ]

    private static func texts(_ texts: [String]) -> ColumnValues {
        .byteArrays(ByteArrays(texts.map { Array($0.utf8) }))
    }

    private static func column(
        _ what: String, _ name: String, _ type: ParquetType, _ values: ColumnValues,
        presence: [Bool]? = nil
    ) -> Variant {
        .column(what, name, type, values, presence: presence)
    }

    @Test(arguments: readable)
    func `a Parquet file of usage is taken over, and kept as it was`(variant: Variant) async throws
    {
        let original = try variant.file.bytes(ParquetWriterOptions(codec: .gzip(level: 1)))
        try folder.write(original, to: "lake/\(Self.file)")
        let before = try await report()

        let summary = try await job.run()

        #expect(summary.isClean && summary.isBalanced && summary.records == Self.calls.count)
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(Self.calls).days)
        let taken = try #require(summary.takenOver.first)
        #expect(summary.takenOver.count == 1 && taken.file == Self.file)
        #expect(taken.rows == Self.calls.count && taken.rowsOfOtherDays == 0)
        #expect(bytes(taken.movedTo) == original && bytes(Self.file) == nil)
        #expect(before.failures.isEmpty)
        #expect(try await report().report.rows == before.report.rows)
    }

    @Test func `files of several days are counted once before and after, beside new usage`()
        async throws
    {
        let days = ["2025-12-05", "2025-12-06", "2025-12-07"]
        let old = days.flatMap { day in (0..<4).map { UsageCall(day: day, time: $0) } }
        for day in days {
            try folder.write(
                try ForeignParquet(old.filter { $0.day == day }).bytes(),
                to: "lake/year=2025/month=12/day=\(day.suffix(2))/meter-1.parquet")
        }
        let new = UsageCall(time: 9_000_000)
        try folder.write(new.row, to: "source/new.json")

        let summary = try await job.run()

        #expect(summary.isClean && summary.records == 13)
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(old + [new]).days)
        #expect(
            summary.text().contains("3 files of other writers were merged and moved to _replaced\n")
        )
        #expect(
            summary.json().contains(
                "\"taken_over\": [{\"file\": \"year=2025/month=12/day=05/meter-1.parquet\", "
                    + "\"moved_to\": \"_replaced/year=2025/month=12/day=05/meter-1_parquet.replaced\""
            ))
    }

    @Test func `rows of other days go into their own day, which is said`() async throws {
        let calls = ["2025-12-06", "2025-12-07", "2025-12-07"].enumerated().map {
            UsageCall(day: $1, time: $0)
        }
        try folder.write(try ForeignParquet(calls).bytes(), to: "lake/\(Self.file)")

        let summary = try await job.run()

        #expect(summary.takenOver.map(\.rowsOfOtherDays) == [1])
        #expect(summary.text().contains("1 of their rows lies on another UTC day"))
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(calls).days)
    }

    @Test func `the rows of the lake's own file under another name are no new ones`() async throws {
        var parquet = job
        parquet.format = .parquet
        try folder.write(Self.calls.map(\.row).joined(), to: "source/a.json")
        _ = try await parquet.run()
        let own = LakeContents.path(ofDay: "2025-12-07", ending: ".parquet")
        let rows = try #require(bytes(own))
        try folder.write(rows, to: "lake/\(Self.file)")

        let summary = try await parquet.run()

        #expect(summary.records == 0 && summary.takenOver.map(\.file) == [Self.file])
        #expect(bytes(own) == rows)
    }

    @Test func `without a source the lake's files are taken over, and else nothing`() async throws {
        try folder.write(try ForeignParquet(Self.calls).bytes(), to: "lake/\(Self.file)")
        var alone = job
        alone.source = nil

        let first = try await alone.run()
        let second = try await alone.run()

        #expect(first.records == Self.calls.count && first.takenOver.count == 1)
        #expect(second.isClean && second.counts.events == 0 && second.takenOver.isEmpty)
        alone.lake = folder.path("nowhere")
        await #expect(throws: PipelineError.self) { try await alone.run() }
        #expect(!FileManager.default.fileExists(atPath: alone.lake))
    }

    @Test func `what was taken over is read again by a new ledger and by a rebuild`() async throws {
        var job = job
        job.format = .parquet
        try folder.write(try ForeignParquet(Self.calls).bytes(), to: "lake/\(Self.file)")
        _ = try await job.run()
        let expected = try LakeContents(job.lake)
        let own = LakeContents.path(ofDay: "2025-12-07", ending: ".parquet")

        try FileManager.default.removeItem(atPath: lake(own))
        let rebuilt = try await RebuildJob(
            #require(UsageDay("2025-12-07")), of: job.lake
        ).run()
        #expect(rebuilt.lost.isEmpty && rebuilt.rebuilt?.rows == Self.calls.count)
        #expect(try LakeContents(job.lake) == expected)

        for name in [own, "_ledger.sqlite"] {
            try FileManager.default.removeItem(atPath: lake(name))
        }
        #expect(try await job.run().isClean)
        #expect(try LakeContents(job.lake) == expected)
    }

    // MARK: What is left alone

    struct Unsound: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        /// What the reason must hold.
        let words: String?

        init(_ name: String, _ words: String?, _ bytes: [UInt8]) {
            testDescription = name
            self.words = words
            self.bytes = bytes
        }
    }

    private static func parquet(
        _ name: String, _ words: String, _ change: (inout ForeignParquet) -> Void
    ) throws -> Unsound {
        Unsound(name, words, try ForeignParquet(calls).with(change).bytes())
    }

    private static func numbers(_ first: Int) -> [Int] {
        [first] + calls.dropFirst().map(\.input)
    }

    private static let sound = calls.map(\.row).joined()

    static func unsound() throws -> [Unsound] {
        [
            try parquet("a null tenant", "row 3: tenant_id is null") {
                $0["tenant_id"] = .init(
                    "tenant_id", .string, .byteArrays(ByteArrays(calls.dropFirst().map(\.tenant))),
                    presence: all.indices.map { $0 != 2 })
            },
            try parquet("an empty tenant", "tenant_id is empty") {
                $0["tenant_id"] = .init("tenant_id", [""] + calls.dropFirst().map { _ in "a" })
            },
            try parquet("a tenant over the size limit", "tenant_id is over the size limit of names")
            {
                $0["tenant_id"] = .init(
                    "tenant_id",
                    [String(repeating: "x", count: 4097)] + calls.dropFirst().map { _ in "a" })
            },
            try parquet("a negative count", "row 1: input_tokens is negative") {
                $0["input_tokens"] = .init("input_tokens", numbers(-1))
            },
            try parquet("a part of a token", "not a whole number") {
                $0["input_tokens"] = .init(
                    "input_tokens", .double, .doubles(calls.map { Double($0.input) + 0.5 }))
            },
            try parquet("no number", "1 of its 40 lines or rows") {
                $0["input_tokens"] = .init(
                    "input_tokens", .double,
                    .doubles(calls.map { $0.input == 7 ? .nan : Double($0.input) }))
            },
            try parquet("a truth for a count", "wrong type") {
                $0["output_tokens"] = .init("output_tokens", .boolean, .booleans(all))
            },
            try parquet("another event type", "1 of its 40 lines or rows") {
                $0["event_type"] = .init(
                    "event_type", calls.map { $0.input == 7 ? "other" : "bedrock_token_usage" })
            },
            try parquet("no event type in a row", "1 of its 40 lines or rows") {
                $0["event_type"] = .init(
                    "event_type", .string,
                    texts(calls.dropFirst().map { _ in "bedrock_token_usage" }),
                    presence: all.indices.map { $0 != 5 })
            },
            try parquet("no column of tenants", "no column \"tenant_id\"") {
                $0["tenant_id"] = nil
            },
            try parquet("no column of times", "no column \"timestamp\"") { $0["timestamp"] = nil },
            try parquet("a time long ago", "outside 2020 to 2050") {
                $0["timestamp"] = .init(
                    "timestamp", .timestamp(.milliseconds, isAdjustedToUTC: true),
                    .int64s(calls.map { _ in 0 }))
            },
            try parquet("a time out of all bounds", "outside 2020 to 2050") {
                $0["timestamp"] = .init(
                    "timestamp", .timestamp(.milliseconds, isAdjustedToUTC: true),
                    .int64s(calls.map { _ in .max }))
            },
            try parquet("a bare number for a time", "rows are no usage") {
                $0["timestamp"] = .init("timestamp", calls.map { Int($0.milliseconds) })
            },
            try parquet("a day for a time", "rows are no usage") {
                $0["timestamp"] = .init("timestamp", .date, .int32s(calls.map { _ in 20_000 }))
            },
            try parquet("a name that is no UTF-8", "invalid UTF-8") {
                $0["model_id"] = .init(
                    "model_id", .bytes, .byteArrays(ByteArrays(calls.map { _ in [0x61, 0xff] })))
            },
            Unsound(
                "a Parquet file cut off", "Parquet file is damaged",
                Array(try ForeignParquet(calls).bytes().dropLast(20))),
            Unsound("ORC", nil, Array("ORC".utf8) + (0..<200).map { UInt8($0) }),
            Unsound("Avro", nil, Array("Obj\u{1}".utf8) + (0..<200).map { UInt8($0) }),
            Unsound(
                "CSV", nil, Array("timestamp,tenant_id\n2025-12-07T01:00:00Z,acme\n".utf8)),
            Unsound("a text", "1 of its 1", Array("hello\n".utf8)),
            Unsound(
                "lines of usage and another one", "1 of its 41",
                Array((sound + "START RequestId: 1 Version: 2\n").utf8)),
            Unsound(
                "lines of usage and an unsound one",
                "1 of its 41 lines or rows are no usage, such "
                    + "as line or row 41: input_tokens is negative",
                Array((sound + UsageCall(input: -1).row).utf8)),
            Unsound("a line cut off", "1 of its 40", Array(sound.utf8.dropLast(9))),
            Unsound(
                "a gzip file cut off", nil, Array(GzipData.compressed(sound.utf8).dropLast(9))),
        ]
    }

    @Test(arguments: try unsound())
    func `a file of which not all is usage stays as it is, is named, and hinders nothing else`(
        unsound: Unsound
    ) async throws {
        let path = try folder.write(unsound.bytes, to: "lake/\(Self.file)")
        let other = UsageCall(day: "2025-12-06", time: 3)
        try folder.write(
            try ForeignParquet([other]).bytes(), to: "lake/year=2025/month=12/day=06/part.parquet")
        let new = UsageCall(time: 9_000_000)
        try folder.write(new.row, to: "source/new.json")

        for records in [2, 0] {
            let summary = try await job.run()
            let status = try await StatusJob(of: job.lake).run()
            let verified = try await VerifyJob(of: job.lake).run().days
            let report = try await report()

            #expect(summary.records == records && summary.isBalanced)
            #expect(summary.failures.map(\.location) == [path] && summary.counts.rejected == 0)
            let reason = try #require(summary.failures.first?.reason)
            if let words = unsound.words { #expect(reason.contains(words)) }
            #expect(reason.contains("left where it is"))
            #expect(bytes(Self.file) == unsound.bytes)
            #expect(status.failures.map(\.location) == [path])
            #expect(status.otherFiles.map(\.rows) == [nil])
            #expect(verified.filter { !$0.findings.isEmpty }.map(\.file) == [Self.file])
            #expect(report.failures.map(\.location) == [path])
            #expect(report.report.totals?.requests == 1)
            #expect(try await self.report("2025-12-06").failures.isEmpty)
        }
        var own = try LakeContents(job.lake)
        own.files[Self.file] = nil
        #expect(try own.texts() == ExpectedLake([other, new]).days)
        #expect(bytes("_replaced/year=2025/month=12/day=06/part_parquet.replaced") != nil)
    }

    @Test func `one that is mended is taken over by the next run`() async throws {
        try folder.write(Self.sound + "x\n", to: "lake/\(Self.file)")
        let first = try await job.run()
        try folder.write(Self.sound, to: "lake/\(Self.file)")

        let second = try await job.run()

        #expect(first.records == 0 && second.records == Self.calls.count && second.isClean)
    }

    @Test func `one day that cannot be written keeps the files of other days from nothing`()
        async throws
    {
        let calls = ["2025-12-06", "2025-12-07"].map { UsageCall(day: $0) }
        for (call, day) in zip(calls, ["06", "07"]) {
            try folder.write(
                try ForeignParquet([call]).bytes(),
                to: "lake/year=2025/month=12/day=\(day)/part.parquet")
        }
        try folder.write("x", to: "lake/\(LakeContents.path(ofDay: "2025-12-07"))")

        let summary = try await job.run()

        #expect(summary.takenOver.map(\.file) == ["year=2025/month=12/day=06/part.parquet"])
        #expect(bytes("\(Self.day)/part.parquet") != nil && summary.uncommitted == 1)
    }

    @Test(arguments: [sound, sound + "x\n"])
    func `a day with a file that is not taken over is closed by force alone`(
        text: String
    ) async throws {
        try folder.write(UsageCall(time: 9_000_000).row, to: "source/new.json")
        _ = try await job.run()
        try folder.write(text, to: "lake/\(Self.file)")
        let day = try #require(UsageDay("2025-12-07"))

        let error = await #expect(throws: PipelineError.self) {
            try await CloseJob(day, of: job.lake).run()
        }
        #expect(error?.exitCode == 65 && error?.location == lake(Self.file))
        _ = try await CloseJob(day, of: job.lake, force: true).run()
    }

    /// As 0.1.0 did, whatever was read of them.
    @Test func `what was moved away unread is read again where that is asked for`() async throws {
        var job = job
        let name = "_replaced/\(Self.file)"
        try folder.write("START RequestId: 1\n", to: "lake/\(name)")
        #expect(try await job.run().records == 0)
        // The ledger knows it as what it was read as.
        try folder.write(try ForeignParquet(Self.calls).bytes(), to: "lake/\(name)")
        _ = try await job.run()
        job.rereads = true

        let summary = try await job.run()

        #expect(summary.isClean && summary.objects == 1)
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(Self.calls).days)
    }

    // MARK: What is passed over

    @Test(arguments: [
        "_SUCCESS", "_metadata", "_common_metadata", "_committed_1", "_started_1",
        ".part-0.snappy.parquet.crc", "part-0.snappy.parquet.crc", "hour=01_$folder$",
        "_temporary/0/part-0.parquet", ".hive-staging_1/part-0.parquet",
    ])
    func `what writers leave beside their files is passed over`(name: String) async throws {
        let leftover = "\(Self.day)/\(name)"
        try folder.write("x", to: "lake/\(leftover)")
        try folder.write(UsageCall().row, to: "source/a.json")

        let summary = try await job.run()

        #expect(summary.isClean && summary.records == 1 && summary.takenOver.isEmpty)
        #expect(bytes(leftover) == Array("x".utf8))
        #expect(try await report().failures.isEmpty)
        #expect(try await StatusJob(of: job.lake).run().otherFiles.isEmpty)
    }

    @Test func `a file without rows stays, since it may be in the making`() async throws {
        let empty = try ForeignParquet([]).bytes()
        try folder.write(empty, to: "lake/\(Self.file)")
        try folder.write("", to: "lake/\(Self.day)/part-1.json")

        let summary = try await job.run()

        #expect(summary.isClean && summary.takenOver.isEmpty)
        #expect(bytes(Self.file) == empty)
    }

    // MARK: A lake without a ledger

    @Test func `status and verify read a lake that has no ledger yet`() async throws {
        try folder.write(try ForeignParquet(Self.calls).bytes(), to: "lake/\(Self.file)")

        let status = try await StatusJob(of: job.lake).run()
        let verified = try await VerifyJob(of: job.lake).run().days

        #expect(status.failures.isEmpty && status.otherFiles.map(\.rows) == [Self.calls.count])
        #expect(status.table().contains("40 rows of another writer, which the next ingest takes"))
        #expect(status.json().contains("\"other_files\": [{\"date\": \"2025-12-07\""))
        let findings = verified.flatMap(\.findings)
        #expect(findings.isEmpty)
        #expect(
            verified.first?.text.hasSuffix(
                "40 rows of another writer, which the next ingest takes over") == true)

        _ = try await job.run()
        try FileManager.default.removeItem(atPath: lake("_ledger.sqlite"))
        let alone = try await VerifyJob(of: job.lake).run().days
        #expect(alone.map(\.text) == ["2025-12-07: sound, and no ledger to compare it with"])
        await #expect(throws: PipelineError.self) {
            try await VerifyJob(of: job.lake, ledger: folder.path("no.sqlite")).run().days
        }
    }
}
