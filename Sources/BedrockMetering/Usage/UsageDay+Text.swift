/// Days as text, and so in JSON.
extension UsageDay: Codable {
    /// A day as ``description`` writes it, of any year.
    init?(anyYear text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isBefore = parts.count == 4 && parts[0].isEmpty
        guard parts.count == 3 || isBefore else { return nil }
        var year = parts[parts.count - 3]
        let isAfter = !isBefore && year.first == UInt8(ascii: "+")
        if isAfter { year = year.dropFirst() }
        guard (4...6).contains(year.count), parts.suffix(2).allSatisfy({ $0.count == 2 }),
            let years = DayDigits.value(of: year),
            let month = DayDigits.value(of: parts[parts.count - 2]), (1...12).contains(month),
            let day = DayDigits.value(of: parts[parts.count - 1]), day >= 1,
            day <= Self.length(ofMonth: Int(month), year: Int(isBefore ? -years : years))
        else { return nil }
        let number = Self.number(
            year: Int(isBefore ? -years : years), month: Int(month), day: Int(day))
        self.init(number: number)
        // The sign and the number of digits follow from the year.
        guard description == text else { return nil }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let day = UsageDay(anyYear: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "no day such as 2025-12-07")
        }
        self = day
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Days can be counted and stepped through: `for day in first...last`.
extension UsageDay: Strideable {
    /// How many days later `other` is.
    public func distance(to other: UsageDay) -> Int { Int(other.number - number) }
}

/// Digits of dates.
enum DayDigits {
    /// The number of at most 18 digits; nil if there are none, or anything else.
    static func value(of digits: some Collection<UInt8>) -> Int64? {
        guard (1...18).contains(digits.count) else { return nil }
        var value: Int64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return value
    }
}
