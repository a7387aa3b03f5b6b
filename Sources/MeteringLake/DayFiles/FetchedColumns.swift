internal import BedrockMetering
package import Parquet
internal import Synchronization

/// The parts of a Parquet day file in S3 that a report reads: its footer and some columns.
package final class FetchedColumns: Sendable {
    package let file: DayFile
    package let version: ObjectVersion
    /// Bytes of the file, by where they begin.
    private let parts = Mutex<[Int: [UInt8]]>([:])

    /// The end of a file that is fetched first, since the footer is most likely in it.
    private static let tailSize = 1 << 16
    /// Bytes between two parts that are sooner fetched than asked for twice.
    private static let gap = 1 << 16
    /// How often it is asked for what the footer needs: its end, then the footer as a whole.
    private static let maximumRounds = 4

    private init(_ file: DayFile, _ version: ObjectVersion) {
        self.file = file
        self.version = version
    }

    /// Fetches the columns of `fields` of all row groups.
    ///
    /// - Throws: ``PipelineError`` where that cannot be done, or the file is damaged.
    static func fetch(
        _ fields: [UsageSchema.Field], of file: DayFile, from store: any RemoteStore
    ) async throws(PipelineError) -> FetchedColumns {
        for attempt in 0..<5 {
            let listed = attempt == 0 ? file.object.listed : nil
            let location = file.object.location
            let present = if let listed { listed } else { try await store.version(of: location) }
            guard let version = present else { break }
            let columns = FetchedColumns(file, version)
            // Nil where the file was replaced meanwhile.
            if try await columns.fetch(fields, from: store) { return columns }
        }
        throw PipelineError(
            code: .inputOutput, location: file.object.name, reason: "others kept replacing it"
        )
    }

    private func fetch(
        _ fields: [UsageSchema.Field], from store: any RemoteStore
    ) async throws(PipelineError) -> Bool {
        let size = Int(version.size)
        var missing = [max(0, size - Self.tailSize)..<size]
        var reader: ParquetReader?
        var rounds = 0
        while reader == nil {
            rounds += 1
            guard rounds <= Self.maximumRounds else {
                throw PipelineError(
                    code: .inputOutput, location: file.object.name,
                    reason: "its footer asks for ever more of it")
            }
            guard try await fetch(missing, from: store) else { return false }
            do {
                reader = try self.reader()
            } catch let error as Missing {
                missing = [error.range]
            } catch {
                throw ParquetDay.error(error, of: file)
            }
        }
        guard let reader else { return false }
        let names = fields.filter { $0 != .eventType }.map { UsageSchema.column($0).name }
        var ranges: [Range<Int>] = []
        do throws(ParquetError) {
            for rowGroup in reader.rowGroupRows.indices {
                ranges += try reader.byteRanges(rowGroup: rowGroup, columns: names)
            }
        } catch {
            throw ParquetDay.error(error, of: file)
        }
        return try await fetch(Self.joined(ranges), from: store)
    }

    /// Ranges that cover `ranges`, with those in one that lie close together.
    package static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = joined.last, range.lowerBound <= last.upperBound + gap {
                joined[joined.count - 1] =
                    last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }

    /// Fetches some ranges at once; returns false where the file is another one by now.
    private func fetch(
        _ ranges: [Range<Int>], from store: any RemoteStore
    ) async throws(PipelineError) -> Bool {
        let (location, version) = (file.object.location, version)
        let results = await Ahead.map(ranges.filter { !$0.isEmpty && !holds($0) }) { range in
            do throws(PipelineError) {
                let bytes = try await store.read(range, of: location, in: version)
                if let bytes { self.parts.withLock { $0[range.lowerBound] = bytes } }
                return Result<Bool, PipelineError>.success(bytes != nil)
            } catch {
                return .failure(error)
            }
        }
        for result in results where try !result.get() { return false }
        return true
    }

    /// Bytes that were not fetched.
    private struct Missing: Error {
        let range: Range<Int>
    }

    private func holds(_ range: Range<Int>) -> Bool {
        (try? read(from: range.lowerBound, count: range.count)) != nil
    }

    private func read(from offset: Int, count: Int) throws -> [UInt8] {
        let found: [UInt8]? = parts.withLock { parts in
            for (start, bytes) in parts
            where start <= offset && offset + count <= start + bytes.count {
                return Array(bytes[offset - start..<offset - start + count])
            }
            return nil
        }
        guard let found else { throw Missing(range: offset..<offset + count) }
        return found
    }

    /// A reader of the file, which can read what was fetched.
    package func reader() throws -> ParquetReader {
        try ParquetReader(size: Int(version.size)) { try self.read(from: $0, count: $1) }
    }
}
