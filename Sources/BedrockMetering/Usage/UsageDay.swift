/// One day in UTC: midnight to midnight, half-open.
public struct UsageDay: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01.
    package let number: Int64

    package init(number: Int64) {
        self.number = number
    }

    /// The day written `2025-12-07`, or nil where `text` is no such day from 2020 to 2050.
    ///
    /// Those are the years that the table's partition projection covers.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
            return nil
        }
        func value(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard
            let year = value(0..<4), let month = value(5..<7), let day = value(8..<10),
            let made = UsageDay(year: year, month: month, day: day)
        else { return nil }
        self = made
    }

    /// The day of the proleptic Gregorian calendar, or nil where it does not exist or lies outside
    /// 2020 to 2050.
    public init?(year: Int, month: Int, day: Int) {
        guard
            Self.years.contains(year), (1...12).contains(month),
            day >= 1, day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        number = Self.number(year: year, month: month, day: day)
    }

    /// The years that accepted usage may fall in.
    public static let years = 2020...2050

    /// Year, month (1 to 12) and day of the month (1 to 31).
    public var civil: (year: Int, month: Int, day: Int) {
        // Days are counted from 1 March of year 0, in eras of 400 years; see H. Hinnant,
        // "chrono-Compatible Low-Level Date Algorithms".
        let shifted = Int(number) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The first instant of the day; the first of all, or the last, where that is out of reach.
    public var start: EventTime { Self.start(ofNumber: number) }
    /// The first instant after the day; the first of all, or the last, where that is out of reach.
    public var end: EventTime { Self.start(ofNumber: number + 1) }

    private static func start(ofNumber number: Int64) -> EventTime {
        let (start, overflow) = number.multipliedReportingOverflow(by: EventTime.perDay)
        return EventTime(microseconds: overflow ? (number < 0 ? .min : .max) : start)
    }

    /// The day `days` later, or earlier where negative.
    ///
    /// - Precondition: the two days are less than 10⁹ days from 1970; those of all instants are.
    public func advanced(by days: Int) -> UsageDay {
        let reach: Int64 = 1_000_000_000
        let (number, overflow) = self.number.addingReportingOverflow(Int64(days))
        precondition(!overflow && -reach < number && number < reach, "the day is out of reach")
        return UsageDay(number: number)
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.number < right.number
    }

    /// Days since 1970-01-01 of a date whose month is in range.
    package static func number(year: Int, month: Int, day: Int) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2:
            year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
                ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension UsageDay: CustomStringConvertible {
    /// `2025-12-07`; years before 0 or after 9999 have a sign, as in ISO 8601.
    public var description: String {
        let (year, month, day) = civil
        let sign = year < 0 ? "-" : year > 9999 ? "+" : ""
        return "\(sign)\(Self.padded(abs(year), 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    package static func padded(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
