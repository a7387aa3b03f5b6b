@testable import BedrockMetering

/// Usage records from a seed: few names, few numbers and many instants on borders, so that ties,
/// repeats and near misses are common.
struct RandomUsage {
    /// Names that are hard to compare, quote or show.
    static let names = [
        "acme", "Acme", "acme-prod", "tenant", "\u{ac00}", "\u{1100}\u{1161}", "O'Brien", "",
        "\u{ff5e}", "\u{1f600}", "e\u{301}", "\u{e9}", "a\nb",
    ]

    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func number(below bound: Int) -> Int {
        // SplitMix64.
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int(truncatingIfNeeded: (mixed ^ (mixed >> 31)) >> 1) % bound
    }

    mutating func element<Element>(of elements: [Element]) -> Element {
        elements[number(below: elements.count)]
    }

    /// An instant on one of `days`, often its first or last one, or that of an hour.
    mutating func time(on days: [UsageDay]) -> EventTime {
        let start = element(of: days).start.microseconds
        let hour = Int64(number(below: 24)) * EventTime.perHour
        let offset: Int64 =
            switch number(below: 6) {
            case 0: 0
            case 1: EventTime.perDay - 1
            case 2: hour
            case 3: hour + EventTime.perHour - 1
            default: Int64(number(below: Int(EventTime.perDay)))
            }
        return EventTime(microseconds: start + offset)
    }

    mutating func record(on days: [UsageDay]) -> UsageRecord {
        let input = Int64(number(below: 3))
        let output = Int64(number(below: 3))
        return UsageRecord(
            time: time(on: days),
            tenant: TenantID(element(of: Self.names)),
            user: UserID(element(of: ["u1", "u2", "\u{ac00}"])),
            model: ModelID(element(of: ["haiku", "sonnet", "nova"])),
            tokens: TokenCounts(
                input: input,
                output: output,
                cacheRead: Int64(number(below: 2)),
                cacheWrite: Int64(number(below: 2)),
                total: input + output
            ),
            request: number(below: 2) == 0 ? nil : RequestID("r\(number(below: 50))")
        )
    }

    mutating func shuffle<Element>(_ elements: [Element]) -> [Element] {
        var shuffled = elements
        for index in shuffled.indices.dropLast() {
            shuffled.swapAt(index, index + number(below: shuffled.count - index))
        }
        return shuffled
    }
}

extension UsageDay {
    /// The day that `text` names, which must be one.
    static func named(_ text: String) -> UsageDay {
        guard let day = UsageDay(text) else { preconditionFailure("\(text) is no day") }
        return day
    }

    static func days(from first: String, count: Int) -> [UsageDay] {
        (0..<count).map { named(first).advanced(by: $0) }
    }
}

extension UsagePeriod {
    /// The days from `first` to `last`, which must be in order.
    static func days(_ first: UsageDay, _ last: UsageDay) -> UsagePeriod {
        guard let period = UsagePeriod(from: first, to: last) else {
            preconditionFailure("\(last) comes before \(first)")
        }
        return period
    }
}
