internal import BedrockMetering
internal import Foundation

/// The bytes of rejected lines that a lake keeps, by their checksums: in a nameless file, and sixteen bytes
/// of each line in memory.
final class KeptLines {
    /// Where a line lies in the file, by the first bytes of its checksum.
    private struct Entry {
        var key: UInt64
        var offset: UInt64
    }

    private var entries: [Entry] = []
    private let file: FileDescriptor
    /// What is not in the file yet.
    private var pending: [UInt8] = []
    private var size = 0

    private static let pieceSize = 1 << 20
    private static let headerSize = 8

    /// Reads all files under `_rejected` of a lake.
    ///
    /// - Returns: the lines, and the files that cannot be read.
    static func all(
        of lake: Lake, limits: DecodingLimits
    ) async throws -> (lines: KeptLines, unread: [ObjectFailure]) {
        let kept = try KeptLines(in: lake.scratch(.temporary))
        var unread: [ObjectFailure] = []
        for object in try await lake.objects(under: Lake.rejectedName) {
            do {
                try await kept.add(linesOf: object, of: lake.stores, limits)
            } catch is LineCutter.TooLong {
                unread.append(
                    ObjectFailure(
                        location: object.name,
                        reason:
                            "has a line that is longer than what is rejected of an event; a larger "
                            + "--max-line-size reads it, if it was ingested with that"))
            } catch {
                unread.append(ObjectFailure(error, of: object.name))
            }
        }
        try kept.flush()
        kept.entries.sort { ($0.key, $0.offset) < ($1.key, $1.offset) }
        return (kept, unread)
    }

    private init(in folder: OpenFolder) throws(PipelineError) {
        file = try folder.namelessFile()
    }

    private struct Line: Decodable {
        var raw_base64: Data
    }

    private func add(
        linesOf object: StoredObject, of stores: Stores, _ limits: DecodingLimits
    ) async throws {
        // In Base64, beside the object's name and a reason.
        var lines = LineCutter(maximumSize: 2 * limits.maximumLineSize + 1 << 20)
        let body = try await stores.open(object)
        var isMore = true
        while isMore {
            isMore = try await body.next { try lines.add($0) { try add($0) } }
        }
        try lines.finish { try add($0) }
    }

    private func add(_ line: ArraySlice<UInt8>) throws(PipelineError) {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(line)) else { return }
        let raw = Array(line.raw_base64)
        entries.append(
            Entry(key: Self.key(of: Checksum(of: raw)), offset: UInt64(size + pending.count)))
        withUnsafeBytes(of: UInt64(raw.count).littleEndian) { pending += $0 }
        pending += raw
        if pending.count >= Self.pieceSize { try flush() }
    }

    private func flush() throws(PipelineError) {
        let piece = pending
        try piece.span.bytes.withUnsafeBytes { bytes throws(PipelineError) in
            try file.write(bytes)
        }
        size += piece.count
        pending = []
    }

    private static func key(of checksum: Checksum) -> UInt64 {
        UInt64(checksum.description.prefix(16), radix: 16) ?? 0
    }

    /// The line of that checksum; nil if none is kept.
    func bytes(of checksum: Checksum) throws(PipelineError) -> [UInt8]? {
        let key = Self.key(of: checksum)
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        while low < entries.count, entries[low].key == key {
            let raw = try bytes(at: Int(entries[low].offset))
            if Checksum(of: raw) == checksum { return raw }
            low += 1
        }
        return nil
    }

    private func bytes(at offset: Int) throws(PipelineError) -> [UInt8] {
        let header = try file.read(from: offset, count: Self.headerSize)
        let count = header.reversed().reduce(0) { $0 << 8 | Int($1) }
        return try file.read(from: offset + Self.headerSize, count: count)
    }
}
