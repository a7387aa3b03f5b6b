/// Instants as text, and so in JSON.
extension EventTime: Codable, LosslessStringConvertible {
    /// The instant written as ``description`` writes it, such as `2025-12-07T01:23:45.678901Z`; nil if `text` is
    /// none. Usage lines may have other forms, which ``UsageRecordDecoder`` reads.
    public init?(_ text: String) {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = UsageDay(anyYear: parts[0]) else { return nil }
        let time = Array(parts[1].utf8)
        guard time.count == 16 else { return nil }
        func number(_ range: Range<Int>) -> Int64? { DayDigits.value(of: time[range]) }
        guard
            [time[2], time[5]].allSatisfy({ $0 == UInt8(ascii: ":") }),
            time[8] == UInt8(ascii: "."), time[15] == UInt8(ascii: "Z"),
            let hour = number(0..<2), let minute = number(3..<5), let second = number(6..<8),
            let fraction = number(9..<15), hour < 24, minute < 60, second < 60
        else { return nil }
        let inDay =
            hour * Self.perHour + minute * Self.perMinute + second * Self.perSecond + fraction
        // Of the first and the last day a part alone is in reach.
        let all = Int128(day.number) * Int128(Self.perDay) + Int128(inDay)
        guard let microseconds = Int64(exactly: all) else { return nil }
        self.init(microseconds: microseconds)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = EventTime(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "no instant such as 2025-12-07T01:23:45.678901Z")
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
