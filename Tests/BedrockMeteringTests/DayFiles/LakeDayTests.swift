import Foundation
import Parquet
import Testing

@testable import BedrockMetering

/// Day files of Parquet, read without the pipeline.
@Suite struct LakeDayTests {
    private static let day = UsageDay.named("2025-12-07")

    private static func records(_ count: Int, on day: UsageDay = day) -> [UsageRecord] {
        var random = RandomUsage(seed: 11)
        return (0..<count).map { _ in random.record(on: [day]) }.deduplicated()
    }

    /// A day file as an ingest writes it, with row groups of so many rows.
    private static func file(
        _ records: [UsageRecord], on day: UsageDay = day, rows: Int = 1000,
        metadata: [String: String]? = nil
    ) throws -> Data {
        let merger = UsageMerger()
        for record in records { merger.insert(record) }
        let snapshot = merger.snapshot()
        let references = snapshot.days().flatMap { snapshot.sorted($0.references) }
        var merge = snapshot.merge(references, into: day)
        var bytes: [UInt8] = []
        let options = ParquetWriterOptions(
            metadata: metadata ?? [UsageParquet.dayKey: "\(day)"], createdBy: "test")
        let writer = try ParquetWriter(schema: UsageParquet.schema, options: options) {
            bytes += $0
        }
        while let columns = merge.nextColumns(isComplete: true, rows: rows) {
            try writer.write(UsageParquet.data(of: columns))
        }
        try writer.finish()
        return Data(bytes)
    }

    @Test(arguments: [1, 7, 1000])
    func `a day file comes back as its records`(rows: Int) throws {
        let records = Self.records(300)

        let day = try LakeDay(parquet: Self.file(records, rows: rows))

        #expect(day.day == Self.day && day.count == records.count)
        #expect(try day.records() == records)
    }

    @Test(arguments: [Set<UsageQuery.Group>(), [.model], [.model, .user]])
    func `a query adds up a day file as it does its records`(
        groups: Set<UsageQuery.Group>
    ) throws {
        let records = Self.records(300)
        let day = try LakeDay(parquet: Self.file(records, rows: 100))
        for window in UsageWindow.Size.allCases {
            let query = UsageQuery(per: window, during: .day(Self.day), by: groups)
            var usage = UsageAggregator(query)

            try usage.add(day)

            #expect(try usage.rows() == query.rows(from: records))
        }
    }

    @Test func `a mapped file is read as bytes are`() throws {
        let records = Self.records(50)
        let url = FileManager.default.temporaryDirectory.appending(
            path: "lake-day-\(UUID().uuidString)")
        try Self.file(records).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }

        let day = try LakeDay(parquet: Data(contentsOf: url, options: .alwaysMapped))

        #expect(try day.records() == records)
        #expect(
            try LakeDay(parquet: (Data([1]) + Self.file(records)).dropFirst()).count == day.count)
    }

    @Test func `what is no day file is told`() throws {
        let records = Self.records(20)
        let file = try Self.file(records)
        func code(_ bytes: Data) -> LakeDayError.Code? {
            do throws(LakeDayError) {
                _ = try LakeDay(parquet: bytes).records()
                return nil
            } catch {
                return error.code
            }
        }

        #expect(code(Data()) == .damaged)
        #expect(code(file.dropLast()) == .damaged)
        #expect(code(try Self.file(records, metadata: [:])) == .notOfLake)
        #expect(code(try Self.file(records, metadata: [UsageParquet.dayKey: "x"])) == .notOfLake)
        // Its rows lie on another day than it says.
        #expect(code(try Self.file(records, on: Self.day.advanced(by: 1))) == .damaged)
    }

    @Test func `a file that was changed ends in no trap, and nothing of it is taken`() throws {
        let file = try Self.file(Self.records(40))
        for index in file.indices {
            var changed = file
            changed[index] ^= 0x41
            let merger = UsageMerger()
            var collector = merger.makeCollector()
            do throws(LakeDayError) {
                try LakeDay(parquet: changed).read(into: &collector)
            } catch {
                #expect(merger.count == 0)
            }
        }
    }
}
