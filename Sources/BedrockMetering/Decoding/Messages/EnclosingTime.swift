/// The time that a document or a text states for what it holds.
///
/// Numbers are seconds, milliseconds, microseconds or nanoseconds since 1970, told by their size, also
/// in quotes; texts are ISO 8601. Times outside 2020 to 2050 are passed over.
struct EnclosingTime {
    /// Keys under which logging libraries and log routers put it, the first one wins.
    private static let keys = [
        "timestamp", "time", "@timestamp", "Timestamp", "timeUnixNano", "ts", "datetime", "asctime",
        "date",
    ]

    /// Microseconds since 1970, UTC; nil so far.
    private(set) var time: Int64?
    private var rank = keys.count

    /// Takes in a member of the object.
    mutating func note(_ key: JSONScanner.Value, _ value: JSONScanner.Value, _ text: RawSpan) {
        guard value.kind == .string || value.kind == .number, !value.hasEscapes,
            key.end - key.start <= 12
        else { return }
        for index in 0..<rank where JSONString.equals(key, Self.keys[index], text) {
            guard let time = Self.time(text, from: value.start, to: value.end) else { return }
            self.time = time
            rank = index
            return
        }
    }

    /// The time in `start..<end`, in any of the forms.
    static func time(_ text: RawSpan, from start: Int, to end: Int) -> Int64? {
        var parser = TimestampParser()
        let time =
            number(text, from: start, to: end)
            ?? parser.parse(text, from: start, to: end)?.microseconds
        guard let time, UsageMessageParser.isInRange(time) else { return nil }
        return time
    }

    /// The time with a zone that the text in `start..<end` begins with, before a space.
    static func prefix(_ text: RawSpan, from start: Int, to end: Int) -> Int64? {
        var offset = start
        while offset < min(end, start + 40), !ByteScan.isSpace(text.byte(at: offset)) {
            offset += 1
        }
        guard offset - start > 19 else { return nil }
        // Without a zone it may be local time, and the envelope's is better.
        let hasZone =
            text.byte(at: offset - 1) == 0x5a
            || ((start + 19)..<offset).contains {
                text.byte(at: $0) == 0x2b || text.byte(at: $0) == 0x2d
            }
        return hasZone ? time(text, from: start, to: offset) : nil
    }

    private static func number(_ text: RawSpan, from start: Int, to end: Int) -> Int64? {
        var offset = start
        var value: Int64 = 0
        while offset < end, offset - start < 19, ByteScan.isDigit(text.byte(at: offset)) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(
                Int64(text.byte(at: offset) - 0x30)
            )
            guard !overflow, !carry else { return nil }
            value = sum
            offset += 1
        }
        var unit: Int64
        switch offset - start {
        case 10: unit = 1_000_000
        case 13: unit = 1000
        case 16: unit = 1
        case 19:
            unit = 1
            value /= 1000
        default: return nil
        }
        var time = value * unit
        guard offset < end else { return time }
        guard text.byte(at: offset) == 0x2e, offset + 1 < end else { return nil }
        for place in (offset + 1)..<end {
            guard ByteScan.isDigit(text.byte(at: place)) else { return nil }
            unit /= 10
            time += Int64(text.byte(at: place) - 0x30) * unit
        }
        return time
    }
}
