import TestSupport

/// Makes log lines as several programs would write them: most in their program's form, some in odd
/// forms, some damaged. No line holds a line end.
struct LineGenerator {
    private var random: SeededGenerator
    private var programs: [Program] = []

    /// How one program writes its lines.
    private struct Program {
        var keys: [String]
        var colon: String
        var comma: String
        var fraction: Int
        var zone: String
        var escapesUnicode: Bool
    }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        for _ in 0..<6 { programs.append(newProgram()) }
    }

    private mutating func newProgram() -> Program {
        var keys = UsageLine().members.map(\.key)
        for key in ["request_id", "cache_read_input_tokens", "cache_write_input_tokens"]
        where random.happens(percent: 40) { keys.append(key) }
        if random.happens(percent: 30) { keys.removeAll { $0 == "total_tokens" } }
        for key in ["note", "latency_ms", "cached", "none", "context", "trace"]
        where random.happens(percent: 20) { keys.append(key) }
        if random.happens(percent: 60) { keys.shuffle(using: &random) }
        return Program(
            keys: keys,
            colon: random.pick([": ", ":", " : ", ":\t"]),
            comma: random.pick([", ", ",", " ,"]),
            fraction: random.pick([0, 3, 6, 6, 6, 9]),
            zone: random.pick(["", "", "Z", "+09:00", "-0330"]),
            escapesUnicode: random.happens(percent: 30)
        )
    }

    /// `count` lines; in every hundred about 70 in their program's form, 15 odd and 15 damaged.
    mutating func lines(_ count: Int) -> [[UInt8]] {
        (0..<count).map { _ in
            var line = Array(self.line().utf8)
            if random.happens(percent: 15) { Mutation.apply(to: &line, using: &random) }
            line.removeAll { $0 == 0x0a }
            return line
        }
    }

    /// A line that is not damaged.
    mutating func line() -> String {
        guard random.happens(percent: 93) else { return random.pick(Self.otherLines) }
        let program = random.pick(programs)
        let isOdd = random.happens(percent: 15)
        var members = program.keys.map { ($0, value(of: $0, program, isOdd: isOdd)) }
        if isOdd {
            if random.happens(percent: 20) { members.shuffle(using: &random) }
            if random.happens(percent: 10) { members.removeLast() }
            if random.happens(percent: 10) { members.append(random.pick(members)) }
            if random.happens(percent: 10) {
                let index = Int.random(in: members.indices, using: &random)
                members[index].0.replace("_", with: #"\u005f"#)
            }
        }
        let texts = members.map { "\"\($0)\"\(program.colon)\($1)" }
        return "{" + texts.joined(separator: program.comma) + "}"
    }

    private static let otherLines = [
        "START RequestId: 1", "{}", #"{"event_type": "login", "tenant_id": 7}"#, "[1, 2]", "null",
        #"{"level": "INFO", "text": "bedrock_token_usage"}"#, "bedrock_token_usage", "{\"a\": ",
        #"["bedrock_token_usage"]"#, "", "  ",
    ]

    private mutating func value(of key: String, _ program: Program, isOdd: Bool) -> String {
        switch key {
        case "timestamp": isOdd && random.happens(percent: 20) ? oddTime() : time(program)
        case "event_type":
            isOdd && random.happens(percent: 10)
                ? random.pick([#""other""#, "7", "null", #""bedrock\u005ftoken_usage""#])
                : #""bedrock_token_usage""#
        case "tenant_id", "user_id", "model_id", "request_id":
            isOdd && random.happens(percent: 10)
                ? random.pick(["null", "7", "true", "[]", #""""#]) : name(program)
        case "note": name(program)
        case "latency_ms": random.pick(["12", "-0.5", "1.25e3", "81250.125"])
        case "cached": random.pick(["true", "false"])
        case "none": "null"
        case "context": random.pick(["{}", #"{"tenant_id": "decoy", "a": [1, {"b": null}]}"#])
        case "trace": random.pick(["[]", #"["x", [], {}]"#])
        default: isOdd && random.happens(percent: 20) ? random.pick(Self.oddCounts) : count()
        }
    }

    private static let oddCounts = [
        "10.0", "1e3", "1.5", "-1", "-0", "0.1e1", "\"10\"", "\"10.0\"", "\"x\"", "\"\"", "null",
        "9223372036854775807", "9223372036854775808", "99999999999999999999", "007", "true", "[]",
        "12345678", "123456789012", "\"-5\"", "1E+2", "\" 7\"", "{}",
    ]

    private mutating func count() -> String {
        let digits = Int.random(in: 1...random.pick([3, 4, 7, 9]), using: &random)
        return String(
            (0..<digits).reduce(0) { value, _ in
                value * 10 + Int.random(in: 0...9, using: &random)
            }
        )
    }

    private mutating func time(_ program: Program) -> String {
        func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
        func part(_ range: ClosedRange<Int>) -> String {
            two(Int.random(in: range, using: &random))
        }
        let day = "20\(part(19...51))-\(part(1...12))-\(part(1...29))"
        var text = "\(day)T\(part(0...23)):\(part(0...59)):\(part(0...59))"
        if program.fraction > 0 {
            text += "." + (0..<program.fraction).map { _ in String(part(0...9).suffix(1)) }.joined()
        }
        return "\"\(text)\(program.zone)\""
    }

    private mutating func oddTime() -> String {
        random.pick([
            "null", "7", #""""#, #""yesterday""#, #""2025-12-07""#, #""2025-12-07 01:02:03""#,
            #""2025-12-07t01:02:03.5z""#, #""2025-02-30T00:00:00""#, #""2025-12-07T01:02:60Z""#,
            #""2025-12-07T01:02:03+25:00""#, #""2025-12-07T01:02:03.1234567891""#,
        ])
    }

    private mutating func name(_ program: Program) -> String {
        let name = random.pick([
            "globex", "acme:prod", "O'Brien & Sons", "한빛소프트", "🚀 launchpad", "Café", "x", "~",
            "a rather long name, longer than eight or sixteen bytes, with a digit: 1", #"\"q\" \\"#,
            #"tab\tline\n"#, #"\/slash"#, #"\u00e9\ud83d\ude80"#, "naïve", "e\u{301}", "7",
        ])
        guard program.escapesUnicode else { return "\"\(name)\"" }
        let units = name.unicodeScalars.flatMap { scalar in
            scalar.isASCII
                ? String(scalar)
                : String(scalar).utf16.map { "\\u" + hexadecimal($0) }.joined()
        }
        return "\"\(String(units))\""
    }

    private func hexadecimal(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// Damage to bytes: flipped, cut out, inserted, repeated and moved.
enum Mutation {
    static func apply(to bytes: inout [UInt8], using random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        func range() -> Range<Int> {
            let start = Int.random(in: bytes.indices, using: &random)
            let size = Int.random(in: 1...random.pick([1, 4, 40, 400]), using: &random)
            return start..<min(bytes.count, start + size)
        }
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2:
            bytes[place] = random.pick(Array("\"\\{}[]:,0e-.Z \n\t".utf8) + [0, 0x1f, 0xc3, 0xff])
        case 3: bytes.removeSubrange(range())
        case 4: bytes.removeSubrange(place...)
        case 5:
            let inserted = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            bytes.insert(contentsOf: inserted, at: place)
        case 6: bytes.insert(contentsOf: bytes[range()], at: place)
        default:
            let moved = range()
            let copy = Array(bytes[moved])
            bytes.removeSubrange(moved)
            bytes.insert(contentsOf: copy, at: min(place, bytes.count))
        }
    }
}
