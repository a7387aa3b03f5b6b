/// Reads ISO 8601 instants, remembering the last date, since neighbours in a log share it.
///
/// `YYYY-MM-DDThh:mm:ss`, 0 to 9 digits of a second after a point or a comma, then nothing (which means
/// UTC), `Z`, `+hh:mm`, `+hhmm` or `+hh`. Digits past the microsecond are cut. A space may stand for `T`,
/// and letters may be lower-case (RFC 3339, section 5.6).
struct TimestampParser {
    private var lastDate: UInt64 = 0
    private var lastDateTail: UInt64 = 0
    private var lastDateStart: Int64 = 0

    /// An instant as it was written.
    struct Instant {
        /// Since 1970, in UTC.
        var microseconds: Int64
        /// Whether there were less than six digits of a second, so that several calls may have the same.
        var isCoarse: Bool
    }

    /// The instant that the text in `start..<end` is, or nil where it is none.
    @inline(__always)
    mutating func parse(_ text: RawSpan, from start: Int, to end: Int) -> Instant? {
        guard end &- start >= 19, let day = date(text, at: start) else { return nil }
        let separator = text.byte(at: start &+ 10)
        guard
            separator == 0x54 || separator == 0x20 || separator == 0x74,
            let seconds = time(text, at: start &+ 11)
        else { return nil }
        let local = day &+ seconds
        if end &- start == 19 { return Instant(microseconds: local, isCoarse: true) }
        if end &- start == 26 || end &- start == 27 && text.byte(at: start &+ 26) | 0x20 == 0x7a,
            text.byte(at: start &+ 19) == 0x2e
        {
            let digits = DecimalDigits.values(text.word(at: start &+ 20))
            if DecimalDigits.count(digits) >= 6 {
                let fraction = DecimalDigits.number(digits, count: 6)
                return Instant(microseconds: local &+ fraction, isCoarse: false)
            }
        }
        return general(text, from: start &+ 19, to: end, local: local)
    }

    /// The start of the date at `offset` in microseconds.
    @inline(__always)
    private mutating func date(_ text: RawSpan, at offset: Int) -> Int64? {
        let head = text.word(at: offset)
        let tail = text.word(at: offset &+ 8) & 0xffff
        if head == lastDate && tail == lastDateTail { return lastDateStart }
        return newDate(text, at: offset, head: head, tail: tail)
    }

    @inline(never)
    private mutating func newDate(
        _ text: RawSpan, at offset: Int, head: UInt64, tail: UInt64
    ) -> Int64? {
        func value(_ range: Range<Int>) -> Int? {
            var value = 0
            for index in range {
                let byte = text.byte(at: offset + index)
                guard ByteScan.isDigit(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard
            text.byte(at: offset + 4) == 0x2d, text.byte(at: offset + 7) == 0x2d,
            let year = value(0..<4), let month = value(5..<7), let day = value(8..<10),
            (1...12).contains(month), day >= 1, day <= UsageDay.length(ofMonth: month, year: year)
        else { return nil }
        lastDate = head
        lastDateTail = tail
        lastDateStart = UsageDay.number(year: year, month: month, day: day) * EventTime.perDay
        return lastDateStart
    }

    /// `hh:mm:ss` in microseconds.
    @inline(__always)
    private func time(_ text: RawSpan, at offset: Int) -> Int64? {
        // Digits become their values, colons 0; anything else leaves a byte too large.
        let values = text.word(at: offset) ^ 0x3030_3a30_303a_3030
        let tooLarge = (values &+ 0x7676_7f76_767f_7676) | values
        guard tooLarge & 0x8080_8080_8080_8080 == 0 else { return nil }
        let pairs = values &* 10 &+ (values &>> 8)
        let hours = Int64(truncatingIfNeeded: pairs & 0xff)
        let minutes = Int64(truncatingIfNeeded: pairs &>> 24 & 0xff)
        let seconds = Int64(truncatingIfNeeded: pairs &>> 48 & 0xff)
        guard hours < 24, minutes < 60, seconds < 60 else { return nil }
        return ((hours &* 60 &+ minutes) &* 60 &+ seconds) &* EventTime.perSecond
    }

    /// Fraction and zone in any of their forms.
    @inline(never)
    private func general(_ text: RawSpan, from start: Int, to end: Int, local: Int64) -> Instant? {
        var offset = start
        var microseconds: Int64 = 0
        var isCoarse = true
        if text.byte(at: offset) == 0x2e || text.byte(at: offset) == 0x2c {
            offset += 1
            let first = offset
            var unit: Int64 = 100_000
            while offset < end, ByteScan.isDigit(text.byte(at: offset)) {
                microseconds += Int64(text.byte(at: offset) - 0x30) * unit
                unit /= 10
                offset += 1
            }
            guard (1...9).contains(offset - first) else { return nil }
            isCoarse = offset - first < 6
        }
        guard let zone = Self.zone(text, from: offset, to: end) else { return nil }
        return Instant(microseconds: local + microseconds - zone, isCoarse: isCoarse)
    }

    /// How far the zone written in `start..<end` is ahead of UTC, in microseconds.
    private static func zone(_ text: RawSpan, from start: Int, to end: Int) -> Int64? {
        guard start < end else { return 0 }
        let sign = text.byte(at: start)
        if sign | 0x20 == 0x7a { return end - start == 1 ? 0 : nil }
        guard sign == 0x2b || sign == 0x2d else { return nil }
        var digits: [Int64] = []
        for offset in (start + 1)..<max(end, start + 1) {
            let byte = text.byte(at: offset)
            if byte == 0x3a && offset == start + 3 && end - start == 6 { continue }
            guard ByteScan.isDigit(byte), digits.count < 4 else { return nil }
            digits.append(Int64(byte - 0x30))
        }
        guard digits.count == 2 || digits.count == 4 else { return nil }
        let hours = digits[0] * 10 + digits[1]
        let minutes = digits.count == 4 ? digits[2] * 10 + digits[3] : 0
        guard hours < 24, minutes < 60 else { return nil }
        let ahead = (hours * 60 + minutes) * 60 * EventTime.perSecond
        return sign == 0x2b ? ahead : -ahead
    }
}
