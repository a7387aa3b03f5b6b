public import Foundation
internal import Gzip
internal import Synchronization

extension UsageMerger {
    /// Takes the calls of a day that ``save(_:to:)`` has handed over, beside those that it holds.
    ///
    /// Calls that are known count as ever: a call is held once, in the version that prevails.
    ///
    /// - Returns: the day.
    /// - Throws: ``SavedUsageError`` if these are not the bytes that were saved; nothing of them is then taken.
    /// - Complexity: linear.
    @discardableResult
    public func insert(saved bytes: Data) throws(SavedUsageError) -> UsageDay {
        let bytes = [UInt8](bytes)
        var reader = try SavedDayReader(bytes, identity)
        let start = reader
        // All is read once before anything is taken.
        try reader.readAll { _ in
        } conflict: { _, _ in
        }
        let day = reader.day
        let names = symbols.withLock { reader.names.symbols(in: &$0) }
        reader = start
        try reader.readAll { rows in
            for index in rows.indices { _ = rows[index].renumber(by: names) }
            insert(rows, beginningWith: 0)
        } conflict: { rows, hasMore in
            for index in rows.indices { _ = rows[index].renumber(by: names) }
            let hash = rows[0].hash(of: identity, seed)
            let versions = CallVersions(rows, hasMore: hasMore)
            shards[Self.shardIndex(ofHash: hash)].shard.withLock { shard in
                shard.insert(versions) { left, right in
                    symbols.withLock { $0.prevails(left, right) }
                }
            }
        }
        return day
    }
}

/// Reads the numbers and rows of a ``SavedDay``.
private struct SavedDayReader {
    private let bytes: [UInt8]
    private let end: Int
    private var place = 0
    private var lastTime: Int64 = 0
    private(set) var day = UsageDay(number: 0)
    private(set) var names: PackedNames
    private var rowCount: UInt64 = 0

    /// A call has at most that many versions.
    private static let maximumVersions = UInt64(CallVersions.maximum)

    init(_ bytes: [UInt8], _ identity: UsageIdentity) throws(SavedUsageError) {
        self.bytes = bytes
        end = bytes.count - SavedDay.checksumSize
        let header = SavedDay.mark.count + 2
        guard end >= header, bytes.starts(with: SavedDay.mark) else {
            throw SavedUsageError(code: .damaged)
        }
        let checksum = bytes.withUnsafeBytes { memory in
            (
                CRC32.of(UnsafeRawBufferPointer(rebasing: memory[..<(memory.count - 4)])),
                UInt32(
                    littleEndian: memory.loadUnaligned(
                        fromByteOffset: memory.count - 4, as: UInt32.self))
            )
        }
        guard checksum.0 == checksum.1 else { throw SavedUsageError(code: .damaged) }
        guard bytes[header - 2] == SavedDay.version else {
            throw SavedUsageError(code: .otherVersion)
        }
        guard bytes[header - 1] == SavedDay.number(of: identity) else {
            throw SavedUsageError(code: .otherIdentity)
        }
        place = header
        guard let noNames = PackedNames([UInt8](repeating: 0, count: 4 * PackedRecords.tables))
        else { throw SavedUsageError(code: .damaged) }
        names = noNames
        day = UsageDay(number: try zigzag())
        let size = try number()
        guard size <= UInt64(end - place),
            let names = PackedNames(Array(bytes[place..<place + Int(size)]))
        else { throw SavedUsageError(code: .damaged) }
        self.names = names
        place += Int(size)
        rowCount = try number()
    }

    /// Reads all rows in pieces, and then the versions of each call in conflict, with numbers in place of names.
    mutating func readAll(
        rows take: (inout [StoredUsage]) -> Void,
        conflict takeConflict: (inout [StoredUsage], _ hasMore: Bool) -> Void
    ) throws(SavedUsageError) {
        var left = rowCount
        while left > 0 {
            var rows = try rows(min(left, UInt64(PackedRecords.chunkRows)))
            left -= UInt64(rows.count)
            take(&rows)
        }
        for _ in 0..<(try number()) {
            let count = try number()
            guard (1...Self.maximumVersions).contains(count) else {
                throw SavedUsageError(code: .damaged)
            }
            let mark = try byte()
            var rows = try rows(count)
            guard mark <= 1, rows.allSatisfy({ $0.hasCall(of: rows[0]) }) else {
                throw SavedUsageError(code: .damaged)
            }
            takeConflict(&rows, mark == 1)
        }
        guard place == end else { throw SavedUsageError(code: .damaged) }
    }

    private mutating func rows(_ count: UInt64) throws(SavedUsageError) -> [StoredUsage] {
        var rows: [StoredUsage] = []
        rows.reserveCapacity(Int(count))
        for _ in 0..<count { rows.append(try row()) }
        return rows
    }

    @inline(__always)
    private mutating func byte() throws(SavedUsageError) -> UInt8 {
        guard place < end else { throw SavedUsageError(code: .damaged) }
        defer { place &+= 1 }
        return bytes[place]
    }

    @inline(__always)
    private mutating func number() throws(SavedUsageError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw SavedUsageError(code: .damaged) }
            number |= UInt64(byte & 0x7f) &<< shift
            if byte < 0x80 { return number }
            shift &+= 7
        }
    }

    @inline(__always)
    private mutating func zigzag() throws(SavedUsageError) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number &>> 1) ^ -Int64(bitPattern: number & 1)
    }

    private mutating func word() throws(SavedUsageError) -> UInt64 {
        guard end - place >= 8 else { throw SavedUsageError(code: .damaged) }
        defer { place += 8 }
        return bytes.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        }
    }

    private mutating func symbol() throws(SavedUsageError) -> UInt32 {
        guard let symbol = UInt32(exactly: try number()) else {
            throw SavedUsageError(code: .damaged)
        }
        return symbol
    }

    private mutating func row() throws(SavedUsageError) -> StoredUsage {
        let flags = try byte()
        guard flags <= SavedDay.Flags.all else { throw SavedUsageError(code: .damaged) }
        lastTime = lastTime &+ (try zigzag())
        let (tenant, user, model) = (try symbol(), try symbol(), try symbol())
        var tokens = TokenCounts(input: try zigzag(), output: try zigzag(), total: 0)
        if flags & SavedDay.Flags.cacheRead != 0 { tokens.cacheRead = try zigzag() }
        if flags & SavedDay.Flags.cacheWrite != 0 { tokens.cacheWrite = try zigzag() }
        if flags & SavedDay.Flags.ownTotal != 0 {
            tokens.total = try zigzag()
        } else {
            guard let sum = tokens.sumOfParts else { throw SavedUsageError(code: .damaged) }
            tokens.total = sum
        }
        var request = StoredRequest.none
        switch flags & SavedDay.Flags.request {
        case 0: break
        case 1:
            request.high = try word()
            request.low = try word()
            request.kind = 1
        case 2: request = .symbol(try symbol())
        default: throw SavedUsageError(code: .damaged)
        }
        let row = StoredUsage(
            time: lastTime, tokens: tokens, request: request,
            mayRecur: flags & SavedDay.Flags.mayRecur != 0, tenant: tenant, user: user,
            model: model)
        guard row.day == day.number, names.hold(row) else {
            throw SavedUsageError(code: .damaged)
        }
        return row
    }
}

extension StoredUsage {
    /// Whether both are of one request of a tenant on a day.
    fileprivate func hasCall(of other: StoredUsage) -> Bool {
        request.isPresent && request == other.request && tenant == other.tenant && day == other.day
    }
}
