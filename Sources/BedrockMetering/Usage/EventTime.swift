public import Foundation

/// An instant in UTC, exact to the microsecond, as producers stamp it. Any number of microseconds is
/// one; usage lines are taken from 2020 to 2050 only.
public struct EventTime: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
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

    /// Writes the time of `day` and the zone, `01:23:45.678901Z`, to bytes 11 to 26 of `buffer`.
    @inline(__always)
    func writeTime(since day: UsageDay, to buffer: UnsafeMutableRawBufferPointer) {
        let inDay = UInt64(bitPattern: microseconds &- day.number &* Self.perDay)
        let seconds = UInt32(truncatingIfNeeded: inDay / 1_000_000)
        let fraction = UInt32(truncatingIfNeeded: inDay % 1_000_000)
        // Two digits at a time: tens in the low byte, ones in the high one.
        func store(_ value: UInt32, at offset: Int) {
            let digits = (value / 10) | (value % 10) << 8 | 0x3030
            buffer.storeBytes(
                of: UInt16(truncatingIfNeeded: digits).littleEndian, toByteOffset: offset,
                as: UInt16.self
            )
        }
        store(seconds / 3600, at: 11)
        buffer[13] = UInt8(ascii: ":")
        store(seconds / 60 % 60, at: 14)
        buffer[16] = UInt8(ascii: ":")
        store(seconds % 60, at: 17)
        buffer[19] = UInt8(ascii: ".")
        store(fraction / 10_000, at: 20)
        store(fraction / 100 % 100, at: 22)
        store(fraction % 100, at: 24)
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
