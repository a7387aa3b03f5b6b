public import Foundation

/// An instant in UTC, exact to the microsecond, as producers stamp it.
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
    package static let perDay: Int64 = 86_400_000_000
}

extension EventTime: CustomStringConvertible {
    /// `2025-12-07T01:23:45.678901Z`, always with six digits of a second.
    public var description: String {
        String(decoding: utf8Bytes, as: UTF8.self)
    }

    private var utf8Bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.textSize) { buffer, count in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            count = Self.textSize
        }
    }

    /// The size of an instant as text, in bytes.
    package static let textSize = 27

    /// Writes the text of ``description`` to the first 27 bytes of `buffer`.
    package func write(to buffer: UnsafeMutableRawBufferPointer) {
        let day = day
        let (year, month, dayOfMonth) = day.civil
        var rest = microseconds - day.number * Self.perDay
        func digits(_ value: Int64, _ width: Int, at offset: Int) {
            var value = value
            for index in stride(from: offset + width - 1, through: offset, by: -1) {
                buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
                value /= 10
            }
        }
        digits(Int64(year), 4, at: 0)
        buffer[4] = UInt8(ascii: "-")
        digits(Int64(month), 2, at: 5)
        buffer[7] = UInt8(ascii: "-")
        digits(Int64(dayOfMonth), 2, at: 8)
        buffer[10] = UInt8(ascii: "T")
        digits(rest / Self.perHour, 2, at: 11)
        rest %= Self.perHour
        buffer[13] = UInt8(ascii: ":")
        digits(rest / (60 * Self.perSecond), 2, at: 14)
        rest %= 60 * Self.perSecond
        buffer[16] = UInt8(ascii: ":")
        digits(rest / Self.perSecond, 2, at: 17)
        buffer[19] = UInt8(ascii: ".")
        digits(rest % Self.perSecond, 6, at: 20)
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
