public import Foundation
internal import Parquet

/// A day file of a lake, in Parquet: the calls of one UTC day, each once and in their order.
///
/// It takes bytes, from wherever they come. A file on disk need not be read as a whole:
/// `LakeDay(parquet: Data(contentsOf: url, options: .alwaysMapped))`. Columns and row groups are checked as they are
/// read. Day files of JSON lines are read by ``UsageRecordDecoder``, as all lines are.
public struct LakeDay {
    /// The day, as the file tells it.
    public let day: UsageDay
    /// How many calls there are, as the file tells it.
    public let count: Int
    private let reader: ParquetReader

    /// - Parameter bytes: the whole file.
    /// - Throws: ``LakeDayError`` if these are no Parquet file, or one of another writer.
    public init(parquet bytes: Data) throws(LakeDayError) {
        do {
            reader = try ParquetReader(size: bytes.count) { offset, count in
                let start = bytes.startIndex + offset
                return Array(bytes[start..<start + count])
            }
        } catch {
            throw LakeDayError(error)
        }
        guard let day = reader.metadata[UsageParquet.dayKey].flatMap({ UsageDay($0) }) else {
            throw LakeDayError(
                code: .notOfLake, reason: "it is no day file: it does not say of which day it is")
        }
        self.day = day
        count = reader.rowGroupRows.reduce(0, +)
    }

    /// All calls, in the order of the file.
    ///
    /// - Throws: ``LakeDayError`` if the file is damaged.
    /// - Complexity: O(n log n); takes a few hundred bytes of memory per call.
    public func records() throws(LakeDayError) -> [UsageRecord] {
        // Whatever told calls apart when the file was written, its rows all count.
        let merger = UsageMerger(by: .record)
        var collector = merger.makeCollector()
        try read(into: &collector)
        return merger.records()
    }

    /// Puts all calls into a collector, and commits it.
    ///
    /// - Throws: ``LakeDayError`` if the file is damaged; nothing of it is then taken.
    /// - Complexity: linear.
    public func read(into collector: inout UsageCollector) throws(LakeDayError) {
        do throws(LakeDayError) {
            try forEachRowGroup(UsageSchema.Field.allCases) { collector.insert($0, of: day) }
        } catch {
            collector.rollback()
            throw error
        }
        collector.commit()
    }

    /// Hands over columns, row group by row group, until one is refused.
    func forEachRowGroup(
        _ fields: [UsageSchema.Field], _ take: (consuming UsageColumns) -> Bool
    ) throws(LakeDayError) {
        for rowGroup in reader.rowGroupRows.indices {
            let columns: UsageColumns?
            do {
                columns = try reader.usage(fields, ofRowGroup: rowGroup)
            } catch {
                throw LakeDayError(error)
            }
            guard let columns, take(columns) else {
                throw LakeDayError(
                    code: .damaged, reason: "a row of row group \(rowGroup + 1) is not sound")
            }
        }
    }
}

extension UsageAggregator {
    /// Adds all calls of a day file, reading no more of its columns than the query needs.
    ///
    /// - Throws: ``LakeDayError`` if the file is damaged; nothing of it is then added.
    /// - Complexity: linear.
    public mutating func add(_ day: LakeDay) throws(LakeDayError) {
        let fields = fields(of: day.day)
        do throws(LakeDayError) {
            try day.forEachRowGroup(fields) { consume($0, of: day.day) }
        } catch {
            rollback()
            throw error
        }
        commit()
    }
}

/// Why a day file cannot be read.
public struct LakeDayError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it is. There may be more kinds in later versions.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public var description: String { rawValue }

        /// The bytes are no sound Parquet file, or their rows no sound usage of the day.
        public static let damaged = Code(rawValue: "damaged")
        /// The file uses what is not read here, or is larger than what is.
        public static let unsupported = Code(rawValue: "unsupported")
        /// It is a Parquet file, but no day file of a lake.
        public static let notOfLake = Code(rawValue: "notOfLake")
    }

    public let code: Code
    /// What is wrong; shows nothing of what the file holds.
    public let reason: String

    public var description: String { reason }

    init(code: Code, reason: String) {
        self.code = code
        self.reason = reason
    }

    init(_ error: any Error) {
        switch error as? ParquetError {
        case .unsupported, .overLimit:
            self.init(code: .unsupported, reason: "\(error)")
        case .noSuchColumn:
            self.init(code: .notOfLake, reason: "\(error)")
        case .damaged, nil:
            self.init(code: .damaged, reason: "\(error)")
        }
    }
}
