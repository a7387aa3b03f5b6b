public import Foundation

/// An instant in UTC, exact to the microsecond, as producers stamp it. Any number of microseconds is
/// one; usage lines are taken from 2020 to 2050 only.
public struct EventTime: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The microsecond that is nearest to `date`.
    ///
    /// - Precondition: `date` lies less than 290,000 years from 1970.
    public init(_ date: Date) {
        let seconds = date.timeIntervalSince1970
        precondition(seconds.magnitude < 9e12, "the date is out of reach")
        // The whole seconds apart, since a product of all of them would be rounded.
        let whole = seconds.rounded(.down)
        microseconds =
            Int64(whole) * Self.perSecond + Int64(((seconds - whole) * 1e6).rounded())
    }

    /// The nearest `Date`, which is a little coarser than a microsecond is needed to tell apart.
    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1e6) }

    /// The UTC day that the instant falls on.
    public var day: UsageDay { UsageDay(number: microseconds.flooredQuotient(by: Self.perDay)) }

    public static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }

    package static let perSecond: Int64 = 1_000_000
    package static let perHour: Int64 = 3_600_000_000
    package static let perMinute: Int64 = 60_000_000
    package static let perDay: Int64 = 86_400_000_000
}

extension EventTime: CustomStringConvertible {
    /// `2025-12-07T01:23:45.678901Z`, always with six digits of a second.
    public var description: String {
        let day = day
        let text = [UInt8](unsafeUninitializedCapacity: Self.textSize) { buffer, count in
            buffer.initialize(repeating: UInt8(ascii: "T"))
            writeTime(since: day, to: UnsafeMutableRawBufferPointer(buffer))
            count = Self.textSize
        }
        return day.description + String(decoding: text[10...], as: UTF8.self)
    }

    /// The size of an instant as text, in bytes.
    package static let textSize = 27

    /// Writes the text of ``description`` to the first 27 bytes of `buffer`; the year is one of 0 to
    /// 9999.
    package func write(to buffer: UnsafeMutableRawBufferPointer) {
        let day = day
        for (index, byte) in day.description.utf8.enumerated() { buffer[index] = byte }
        buffer[10] = UInt8(ascii: "T")
        writeTime(since: day, to: buffer)
    }

    /// Writes the time of `day` and the zone, `01:23:45.678901Z`, to bytes 11 to 26 of `buffer`, whose
    /// first 11 hold the date.
    @inline(__always)
    func writeTime(since day: UsageDay, to buffer: UnsafeMutableRawBufferPointer) {
        let inDay = UInt64(bitPattern: microseconds &- day.number &* Self.perDay)
        let seconds = UInt32(truncatingIfNeeded: inDay / 1_000_000)
        let fraction = UInt32(truncatingIfNeeded: inDay % 1_000_000)
        // Two digits, the tens in the low byte, the ones in the high one.
        func digits(_ value: UInt32) -> UInt64 {
            UInt64((value / 10) | (value % 10) << 8 | 0x3030)
        }
        func store<Word: FixedWidthInteger>(_ word: Word, at offset: Int) {
            buffer.storeBytes(of: word.littleEndian, toByteOffset: offset, as: Word.self)
        }
        // Whole words, since words are read again at once.
        let dayAndT = buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let hours = digits(seconds / 3600) &<< 24 | 0x3a &<< 40
        let minutes = digits(seconds / 60 % 60) &<< 48
        store(UInt64(littleEndian: dayAndT) & 0xff_ffff | hours | minutes, at: 8)
        let upper = digits(fraction / 10_000) &<< 32 | digits(fraction / 100 % 100) &<< 48
        store(0x3a | digits(seconds % 60) &<< 8 | 0x2e &<< 24 | upper, at: 16)
        store(UInt16(truncatingIfNeeded: digits(fraction % 100)), at: 24)
        buffer[26] = UInt8(ascii: "Z")
    }
}

extension Int64 {
    /// The quotient rounded down, for a positive divisor.
    package func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
