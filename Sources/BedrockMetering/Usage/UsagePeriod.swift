/// Whole days that a query covers: from the start of the first to the end of the last, half-open.
/// They are UTC days, or those of the query's ``UsageZone``.
public struct UsagePeriod: Sendable, Hashable {
    public let first: UsageDay
    public let last: UsageDay

    /// The days from `first` to `last`, both included, or nil if `last` comes before `first`.
    public init?(from first: UsageDay, to last: UsageDay) {
        guard first <= last else { return nil }
        self.first = first
        self.last = last
    }

    public static func day(_ day: UsageDay) -> UsagePeriod {
        UsagePeriod(first: day, last: day)
    }

    /// One day, written `2025-12-07`.
    ///
    /// - Throws: ``UsagePeriodError`` where it is no day from 2020 to 2050.
    public static func day(_ text: String) throws(UsagePeriodError) -> UsagePeriod {
        guard let day = UsageDay(text) else { throw UsagePeriodError(text: text) }
        return .day(day)
    }

    /// The days of one calendar month, or nil where it lies outside 2020 to 2050.
    public static func month(_ month: Int, of year: Int) -> UsagePeriod? {
        guard (1...12).contains(month),
            let first = UsageDay(year: year, month: month, day: 1),
            let last = UsageDay(
                year: year, month: month, day: UsageDay.length(ofMonth: month, year: year)
            )
        else { return nil }
        return UsagePeriod(first: first, last: last)
    }

    /// All days from 2020 to 2050, on which usage may fall.
    public static let covered = UsagePeriod(
        first: UsageDay(number: UsageDay.number(year: UsageDay.years.lowerBound, month: 1, day: 1)),
        last: UsageDay(number: UsageDay.number(year: UsageDay.years.upperBound, month: 12, day: 31))
    )

    private init(first: UsageDay, last: UsageDay) {
        self.first = first
        self.last = last
    }

    /// All days, in order.
    ///
    /// - Complexity: linear in their number.
    public var days: [UsageDay] {
        (0...Int(last.number - first.number)).map { first.advanced(by: $0) }
    }

    public func contains(_ day: UsageDay) -> Bool {
        first <= day && day <= last
    }
}

extension UsagePeriod: Codable {
    private enum CodingKeys: String, CodingKey {
        case first, last
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let first = try container.decode(UsageDay.self, forKey: .first)
        let last = try container.decode(UsageDay.self, forKey: .last)
        guard let period = UsagePeriod(from: first, to: last) else {
            throw DecodingError.dataCorruptedError(
                forKey: .last, in: container, debugDescription: "it comes before the first day")
        }
        self = period
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(first, forKey: .first)
        try container.encode(last, forKey: .last)
    }
}

/// A text that was to be a day and is none.
public struct UsagePeriodError: Error, Sendable, Hashable, CustomStringConvertible {
    public let text: String

    public var description: String {
        "not a day from 2020 to 2050, written like 2025-12-07"
    }
}
