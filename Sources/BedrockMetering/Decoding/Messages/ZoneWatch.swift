/// Notices an object whose times have no zone and were written in another one than UTC, by comparing some
/// of its lines with the times of their envelopes.
struct ZoneWatch {
    /// The first lines of the object, all of them.
    private var early = Tally()
    /// Lines from all over the object, at equal distances.
    private var spread = Tally()

    private struct Tally {
        /// Lines that were compared.
        var lines = 0
        /// How many of them have times without a zone that are off by so many quarters of an hour.
        var offsets: [Int: Int] = [:]

        mutating func add(_ part: Tally) {
            lines += part.lines
            offsets.merge(part.offsets, uniquingKeysWith: +)
        }
    }

    private static let earlyLines = 128
    private static let distance = 64
    /// So many lines from all over an object tell more than its first ones.
    private static let enoughLines = 10
    /// Microseconds that an envelope may be apart from the time of its event.
    private static let tolerance: Int64 = 120_000_000
    private static let quarter = EventTime.perHour / 4
    /// No zone is further from UTC.
    private static let largestOffset = 14 * EventTime.perHour

    /// Whether the usage line of that number, from 1, is to be compared.
    @inline(__always)
    static func samples(_ number: Int) -> Bool {
        number & (distance - 1) == 0 || number <= earlyLines
    }

    /// Compares the usage line of that number, whose time is `time`, with its envelope's.
    ///
    /// - Parameter hasZone: whether the time was written with a zone; asked only if that matters.
    mutating func compare(
        _ number: Int, _ time: Int64, with envelopeTime: Int64, hasZone: () -> Bool
    ) {
        if number <= Self.earlyLines { early.lines += 1 }
        if number & (Self.distance - 1) == 0 { spread.lines += 1 }
        let difference = time - envelopeTime
        let quarters = (difference + Self.quarter / 2).flooredQuotient(by: Self.quarter)
        guard quarters != 0, abs(difference) <= Self.largestOffset + Self.tolerance,
            abs(difference - quarters * Self.quarter) <= Self.tolerance, !hasZone()
        else { return }
        if number <= Self.earlyLines { early.offsets[Int(quarters), default: 0] += 1 }
        if number & (Self.distance - 1) == 0 { spread.offsets[Int(quarters), default: 0] += 1 }
    }

    /// Takes what was noticed in a part of the object.
    mutating func add(_ part: ZoneWatch) {
        early.add(part.early)
        spread.add(part.spread)
    }

    /// By how many minutes nearly all times without a zone are ahead of UTC, behind it if negative; nil if
    /// they are not.
    var offsetMinutes: Int? {
        let tally = spread.lines >= Self.enoughLines ? spread : early
        guard
            let (quarters, count) = tally.offsets.max(by: {
                ($0.value, $1.key) < ($1.value, $0.key)
            }),
            count * 10 >= tally.lines * 9
        else { return nil }
        return quarters * 15
    }

    /// Whether the time of the message in `start..<end` was written with a zone.
    static func hasZone(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        var scanner = JSONScanner(from: start, to: end)
        var time: JSONScanner.Value?
        guard
            (try? scanner.object(
                text,
                { key, value in
                    if JSONString.equals(key, UsageSchema.column(.timestamp).name, text) {
                        time = value
                    }
                })) != nil, let time
        else { return true }
        // A date has dashes as well.
        return (time.start + 10..<max(time.end, time.start + 10)).contains { offset in
            let byte = text.byte(at: offset)
            return byte == 0x2b || byte == 0x2d || byte | 0x20 == 0x7a
        }
    }
}
