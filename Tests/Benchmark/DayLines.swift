/// Lines of a day as an export task writes them, the same for the same day and seed: 200 tenants, 40,831
/// users, request ids, 1 % foreign lines, and 2 % of the lines delivered again.
struct DayLines {
    private let day: [UInt8]
    private let users: [[UInt8]]
    private var random = SplitMix(seed: 20_251_207)
    private var recent: [[UInt8]] = []

    private static let models = [
        "anthropic.claude-3-haiku-20240307-v1:0", "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "amazon.nova-lite-v1:0", "apac.amazon.nova-pro-v1:0",
    ].map { Array($0.utf8) }
    private static let day: Int64 = 86_400_000_000

    /// The lines of `day`, such as `2025-12-07`. The users are the same for every seed.
    init(of day: String, seed: UInt64? = nil) {
        self.day = Array(day.utf8)
        var users: [[UInt8]] = []
        for _ in 0..<40_831 {
            var user: [UInt8] = []
            user.append(uuidOf: &random)
            users.append(user)
        }
        self.users = users
        if let seed { random = SplitMix(seed: seed) }
    }

    /// Appends the next line, which is the `number`th of `count` that are spread over the day.
    mutating func append(_ number: Int, of count: Int, to text: inout [UInt8]) {
        let microseconds =
            (Int64(number) * Self.day / Int64(count)
                + Int64.random(in: 0..<40_000_000, using: &random)) % Self.day
        if random.next() % 50 == 0, let repeated = recent.randomElement(using: &random) {
            text += repeated
            return
        }
        let line = line(at: microseconds)
        text += line
        if recent.count < 1000 {
            recent.append(line)
        } else {
            recent[Int(random.next() % 1000)] = line
        }
    }

    private mutating func line(at microseconds: Int64) -> [UInt8] {
        let seconds = microseconds / 1_000_000
        var time = day
        time.append("T")
        time.append(seconds / 3600, width: 2)
        time.append(":")
        time.append(seconds / 60 % 60, width: 2)
        time.append(":")
        time.append(seconds % 60, width: 2)
        time.append(".")
        time.append(microseconds % 1_000_000, width: 6)

        var line: [UInt8] = []
        line.reserveCapacity(384)
        line += time.dropLast(3)
        line.append("Z ")
        if random.next() % 100 == 0 {
            line.append("END RequestId: ")
            line.append(uuidOf: &random)
            line.append("\n")
            return line
        }
        let input = Int64(random.next() % 4000 + 10)
        let output = Int64(random.next() % 1500 + 1)
        line.append(#"{"timestamp": ""#)
        line += time
        line.append(#"", "tenant_id": "tenant-"#)
        line.append(Int64(random.next() % 200), width: 4)
        line.append(#"", "user_id": ""#)
        line += users[Int(random.next() % UInt64(users.count))]
        line.append(#"", "model_id": ""#)
        line += Self.models[Int(random.next() % 4)]
        line.append(#"", "input_tokens": "#)
        line.append(input)
        line.append(#", "output_tokens": "#)
        line.append(output)
        line.append(#", "total_tokens": "#)
        line.append(input + output)
        line.append(#", "event_type": "bedrock_token_usage", "request_id": ""#)
        line.append(uuidOf: &random)
        line.append("\"}\n")
        return line
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    /// Appends a number of 0 or more in decimal, with zeros before it up to `width`.
    fileprivate mutating func append(_ number: Int64, width: Int = 1) {
        let start = count
        var rest = number
        while rest > 0 || count - start < width {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }

    fileprivate mutating func append(uuidOf random: inout SplitMix) {
        let halves = [random.next(), random.next()]
        for digit in 0..<32 {
            if [8, 12, 16, 20].contains(digit) { append("-") }
            let value = UInt8(truncatingIfNeeded: halves[digit / 16] >> (60 - digit % 16 * 4)) & 15
            append(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value)
        }
    }
}
