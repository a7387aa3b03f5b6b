/// Calls, log events and objects from a seed.
struct RandomLogs {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    // MARK: Numbers

    mutating func number(below bound: Int) -> Int {
        // SplitMix64.
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int(truncatingIfNeeded: (mixed ^ (mixed >> 31)) >> 1) % bound
    }

    mutating func chance(_ one: Int, in many: Int) -> Bool { number(below: many) < one }

    mutating func element<Element>(of elements: [Element]) -> Element {
        elements[number(below: elements.count)]
    }

    mutating func shuffle<Element>(_ elements: [Element]) -> [Element] {
        var shuffled = elements
        for index in shuffled.indices.dropLast() {
            shuffled.swapAt(index, index + number(below: shuffled.count - index))
        }
        return shuffled
    }

    /// `elements`, dealt to `count` groups, none of them empty where there are enough.
    mutating func deal<Element>(_ elements: [Element], to count: Int) -> [[Element]] {
        var groups = Array(repeating: [Element](), count: count)
        for (index, element) in elements.enumerated() {
            groups[index < count ? index : number(below: count)].append(element)
        }
        return groups
    }

    // MARK: Calls

    private static let days = [
        "2025-12-06", "2025-12-07", "2025-12-07", "2025-12-07", "2025-12-08", "2025-12-31",
        "2026-01-01", "2020-01-01", "2050-12-31",
    ]
    private static let tenants = [
        "acme", "acme", "Acme", "\u{ac00}", "\u{1100}\u{1161}", "O'Brien & \"Sons\"", "a\\b",
        "line\nbreak\u{0}\u{1f}\u{7f}", "\u{1f600}", "../../etc",
    ]

    /// So many calls, some of them versions of others that have the same request id.
    mutating func calls(_ count: Int) -> [UsageCall] {
        var calls: [UsageCall] = []
        for _ in 0..<count {
            if !calls.isEmpty && chance(1, in: 8) {
                calls.append(version(of: element(of: calls)))
            } else {
                calls.append(call())
            }
        }
        return calls
    }

    mutating func call() -> UsageCall {
        var call = UsageCall()
        call.day = element(of: Self.days)
        let second = number(below: chance(1, in: 4) ? 3 : 86_400)
        call.time =
            switch number(below: 8) {
            case 0: 0
            case 1: 86_400_000_000 - 1
            case 2, 3: second * 1_000_000
            case 4: second * 1_000_000 + number(below: 1000) * 1000
            default: second * 1_000_000 + number(below: 1_000_000)
            }
        call.tenant = Array(element(of: Self.tenants).utf8)
        call.user = Array(element(of: ["u1", "u2", "\u{ae40}\u{cca0}\u{c218}", ""]).utf8)
        call.model = Array(element(of: ["haiku", "sonnet", "arn:aws:bedrock:x/y"]).utf8)
        call.input = number(below: 3)
        call.output = chance(1, in: 20) ? Int(Int64.max >> 16) : number(below: 3)
        call.cacheRead = chance(1, in: 4) ? number(below: 9) : 0
        call.cacheWrite = chance(1, in: 4) ? number(below: 9) : 0
        call.total = call.input + call.output + call.cacheRead + call.cacheWrite
        if chance(1, in: 12) { call.total += 1 }
        call.request = request()
        return call
    }

    /// None, a text, or a UUID in either case, of which only the lower one is Bedrock's.
    private mutating func request() -> [UInt8]? {
        let number = UsageCall.padded(number(below: 40), 4)
        let text: String? =
            switch self.number(below: 8) {
            case 0...3: nil
            case 4, 5: "request \(number)"
            case 6: "0123abcd-89ab-4567-8e9f-a0b1c2d3\(number)"
            default: "0123ABCD-89AB-4567-8E9F-A0B1C2D3\(number)"
            }
        return text.map { Array($0.utf8) }
    }

    private mutating func version(of call: UsageCall) -> UsageCall {
        var version = call
        switch number(below: 6) {
        case 0: version.output += 1
        case 1: version.user = Array("u3".utf8)
        case 2: version.model = Array("nova".utf8)
        case 3: version.time = number(below: 86_400) * 1_000_000
        case 4: version.cacheRead += 1
        default: version.day = element(of: Self.days)
        }
        return version
    }
}
