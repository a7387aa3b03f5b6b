public import Foundation
internal import Gzip

extension UsageMerger {
    /// Hands over its calls as bytes, day by day, to be kept and read back by ``insert(saved:)``, so that a service
    /// which restarts counts on where it was.
    ///
    /// The bytes follow from the calls alone, not from the order in which they came. Versions of calls in conflict are
    /// kept; how many lines were duplicates is not, see ``duplicates``. Nothing may be committed meanwhile.
    ///
    /// - Parameters:
    ///   - period: the UTC days that are saved, such as those that have changed; all if nil.
    ///   - write: takes the bytes of a day, days in order; about 30 bytes a call.
    /// - Complexity: linear in the number of all calls.
    public func save(
        _ period: UsagePeriod? = nil, to write: (_ day: UsageDay, _ bytes: Data) throws -> Void
    ) rethrows {
        let snapshot = snapshot()
        var packer = RecordPacker(snapshot)
        for (day, references) in snapshot.days() where period?.contains(day) ?? true {
            try write(day, snapshot.saved(references, of: day, by: &packer))
        }
    }
}

extension UsageMerger.Snapshot {
    fileprivate func saved(
        _ references: [UsageMerger.Reference], of day: UsageDay, by packer: inout RecordPacker
    ) -> Data {
        let references = sorted(references)
        let conflicts = conflictingVersions(on: day).map { versions in
            (rows: versions.rows.sorted(by: symbols.precedes), hasMore: versions.hasMore)
        }.sorted { symbols.precedes($0.rows[0], $1.rows[0]) }
        for reference in references { packer.number(self[reference]) }
        for conflict in conflicts { conflict.rows.forEach { packer.number($0) } }
        let names = packer.names()
        var writer = SavedDayWriter(capacity: names.count + references.count * 40 + 64)
        writer.bytes += SavedDay.mark + [SavedDay.version, SavedDay.number(of: identity)]
        writer.append(zigzag: day.number)
        writer.append(UInt64(names.count))
        writer.bytes += names
        writer.append(UInt64(references.count))
        for reference in references { writer.append(packer.numbered(self[reference])) }
        writer.append(UInt64(conflicts.count))
        for conflict in conflicts {
            writer.append(UInt64(conflict.rows.count))
            writer.bytes.append(conflict.hasMore ? 1 : 0)
            for row in conflict.rows { writer.append(packer.numbered(row)) }
        }
        packer.forgetNames()
        return writer.finish()
    }
}

/// Writes the numbers and rows of a ``SavedDay``.
private struct SavedDayWriter {
    var bytes: [UInt8] = []
    private var lastTime: Int64 = 0

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    @inline(__always)
    mutating func append(_ number: UInt64) {
        var number = number
        while number >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: number) | 0x80)
            number &>>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: number))
    }

    @inline(__always)
    mutating func append(zigzag number: Int64) {
        append(UInt64(bitPattern: number &<< 1 ^ number &>> 63))
    }

    @inline(__always)
    private mutating func append(word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends a row with numbers in place of its names.
    mutating func append(_ row: StoredUsage) {
        let tokens = row.tokens
        let hasOwnTotal = tokens.sumOfParts != tokens.total
        bytes.append(
            row.request.kind | (row.mayRecur ? SavedDay.Flags.mayRecur : 0)
                | (hasOwnTotal ? SavedDay.Flags.ownTotal : 0)
                | (tokens.cacheRead != 0 ? SavedDay.Flags.cacheRead : 0)
                | (tokens.cacheWrite != 0 ? SavedDay.Flags.cacheWrite : 0))
        append(zigzag: row.time &- lastTime)
        lastTime = row.time
        append(UInt64(row.tenant))
        append(UInt64(row.user))
        append(UInt64(row.model))
        append(zigzag: tokens.input)
        append(zigzag: tokens.output)
        if tokens.cacheRead != 0 { append(zigzag: tokens.cacheRead) }
        if tokens.cacheWrite != 0 { append(zigzag: tokens.cacheWrite) }
        if hasOwnTotal { append(zigzag: tokens.total) }
        if row.request.isUUID {
            append(word: row.request.high)
            append(word: row.request.low)
        } else if row.request.isSymbol {
            append(row.request.low)
        }
    }

    /// All bytes, with their checksum.
    mutating func finish() -> Data {
        let checksum = bytes.withUnsafeBytes { CRC32.of($0) }
        withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
        return Data(bytes)
    }
}
