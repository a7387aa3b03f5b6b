import Gzip
import TestSupport
import Testing

@testable import BedrockMetering

/// The lines of day files, and the repeats that are noted in them.
struct UsageLineEncoderTests {
    @Test(arguments: Fuzzing.seeds(50))
    func `lines are what the schema says, and every repeat is true`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var usage = RandomRows(using: &random)
        var encoder = UsageLineEncoder()

        for _ in 0..<3 {
            let rows = (0..<Int.random(in: 0...100, using: &random)).map { _ in
                usage.row(using: &random)
            }
            for row in rows { encoder.append(row, asNames: random.happens(percent: 30)) }
            let chunk = encoder.take()

            let text = chunk.withBytes { Array($0) }
            #expect(text == rows.flatMap { Array($0.expectedLine.utf8) })
            check(chunk.repeats, in: text)
            encoder.reuse(chunk)
        }
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `a chunk depends on its own rows alone`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var usage = RandomRows(using: &random)
        let rows = (0..<200).map { _ in usage.row(using: &random) }
        var fresh = UsageLineEncoder()
        var used = UsageLineEncoder()
        for _ in 0..<100 { used.append(usage.row(using: &random)) }
        used.reuse(used.take())

        for row in rows {
            fresh.append(row)
            used.append(row, asNames: true)
        }

        let (one, other) = (fresh.take(), used.take())
        #expect(one.withBytes { Array($0) } == other.withBytes { Array($0) })
        #expect(one.repeats == other.repeats)
    }

    @Test func `of two rows alike, the second is one repeat`() {
        let row = TestRow(tokens: TokenCounts(input: 1, output: 2))
        var encoder = UsageLineEncoder()
        for _ in 0..<3 { encoder.append(row) }

        let size = row.expectedLine.utf8.count
        let chunk = encoder.take()

        #expect(chunk.repeats.first?.position == UInt32(size))
        #expect(chunk.repeats.allSatisfy { $0.distance == size })
        #expect(chunk.repeats.reduce(0) { $0 + Int($1.length) } == 2 * size)
    }

    @Test func `most of a row is a repeat of those before it`() {
        var random = SeededGenerator(seed: 3)
        var encoder = UsageLineEncoder()
        var bytes = 0
        for number in 0..<1000 as Range<UInt64> {
            let row = TestRow(
                time: Int64(number) * 50_000, tenant: "tenant-\(number % 7)",
                user: "user-\(number % 11)", model: "model-\(number % 3)",
                tokens: TokenCounts(input: Int64(number), output: 5),
                request: StoredRequest(high: random.next(), low: random.next(), kind: 1)
            )
            encoder.append(row)
            bytes += row.expectedLine.utf8.count
        }

        let chunk = encoder.take()

        // All but the request id, the microseconds and two numbers.
        let repeated = chunk.repeats.reduce(0) { $0 + Int($1.length) }
        #expect(repeated > bytes - 1000 * (36 + 6 + 8))
        #expect(chunk.repeats.count < 9 * 1000)
    }

    private func check(_ repeats: [Repeat], in text: [UInt8]) {
        var end = 0
        for item in repeats {
            let (position, length) = (Int(item.position), Int(item.length))
            let source = position - Int(item.distance)
            let isTrue =
                position >= end && source >= 0 && source < position && item.distance <= 32_768
                && (3...258).contains(length) && position + length <= text.count
                && text[source..<source + length] == text[position..<position + length]
            if !isTrue { Issue.record("\(item)") }
            end = position + length
        }
    }
}

/// A row to write.
private struct TestRow {
    var time: Int64 = 0
    var tenant = "t"
    var user = "u"
    var model = "m"
    var tokens = TokenCounts(input: 0, output: 0)
    var request = StoredRequest.none
    /// The request id, where it is no UUID.
    var requestName = ""

    var requestText: String? {
        guard request.isPresent else { return nil }
        if request.isSymbol { return requestName }
        return String(decoding: UsageSymbols().requestText(request), as: UTF8.self)
    }

    /// The line, written slowly.
    var expectedLine: String {
        let fields = UsageSchema.columns.compactMap { column -> String? in
            let value: String
            switch column.field {
            case .timestamp:
                value = plainlyQuoted(EventTime(microseconds: time).description)
            case .tenant: value = plainlyQuoted(tenant)
            case .user: value = plainlyQuoted(user)
            case .model: value = plainlyQuoted(model)
            case .inputTokens: value = String(tokens.input)
            case .outputTokens: value = String(tokens.output)
            case .totalTokens: value = String(tokens.total)
            case .cacheReadTokens: value = String(tokens.cacheRead)
            case .cacheWriteTokens: value = String(tokens.cacheWrite)
            case .eventType: value = "\"bedrock_token_usage\""
            case .request:
                guard let requestText else { return nil }
                value = plainlyQuoted(requestText)
            }
            return "\"\(column.name)\":\(value)"
        }
        return "{\(fields.joined(separator: ","))}\n"
    }
}

/// A string as lines of a lake have it: only quotes, backslashes and control characters are escaped.
private func plainlyQuoted(_ text: String) -> String {
    let escapes: [Unicode.Scalar: String] = [
        "\"": #"\""#, "\\": #"\\"#, "\n": #"\n"#, "\r": #"\r"#, "\t": #"\t"#,
    ]
    var quoted = "\""
    for scalar in text.unicodeScalars {
        if let escape = escapes[scalar] {
            quoted += escape
        } else if scalar.value < 0x20 {
            quoted += (scalar.value < 0x10 ? #"\u000"# : #"\u00"#) + String(scalar.value, radix: 16)
        } else {
            quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "\""
}

extension UsageLineEncoder {
    /// - Parameter asNames: whether the row comes as it does from a day file that is read: nothing is
    ///   known about names, and a request id is one.
    fileprivate mutating func append(_ row: TestRow, asNames: Bool = false) {
        var text: [UInt8] = []
        var names: [Range<Int>] = []
        for name in [row.tenant, row.user, row.model, row.requestText ?? ""] {
            names.append(text.count..<text.count + name.utf8.count)
            text += name.utf8
        }
        text += [UInt8](repeating: 0x41, count: ByteScan.padding)
        text.withUnsafeBytes { bytes in
            func name(_ index: Int) -> PaddedText {
                let range = names[index]
                let isPlain =
                    !asNames
                    && bytes[range].allSatisfy {
                        $0 >= 0x20 && $0 < 0x80 && $0 != 0x22 && $0 != 0x5c
                    }
                return PaddedText(
                    text: bytes, start: range.lowerBound, size: range.count, isPlain: isPlain)
            }
            let request: Request =
                !row.request.isPresent
                ? .none
                : asNames || row.request.isSymbol
                    ? .name(name(3))
                    : .uuid(high: row.request.high, low: row.request.low)
            append(
                time: row.time, tokens: row.tokens, tenant: name(0), user: name(1), model: name(2),
                request: request
            )
        }
    }
}

/// Rows as they may follow each other: names that come again, near and far, alike but for an end or
/// a beginning, or that need escapes; numbers of any size; requests or none.
private struct RandomRows {
    private var names: [String] = HostileNames.all
    private var time: Int64
    private let fewNames: Int
    private let withRequest: Int

    init(using random: inout SeededGenerator) {
        for size in [1, 2, 3, 4, 7, 8, 9, 30, 300] {
            for end in ["", "a", "b", "\"", "\n"] {
                names.append(String(repeating: "n", count: size) + end)
                names.append(end + String(repeating: "n", count: size))
            }
        }
        names.append(String(repeating: "far", count: 12_000))
        names.shuffle(using: &random)
        time = Int64.random(in: -EventTime.perDay...2_000_000 * EventTime.perHour, using: &random)
        fewNames = random.pick([1, 3, 20, names.count])
        withRequest = random.pick([0, 50, 95, 100])
    }

    mutating func row(using random: inout SeededGenerator) -> TestRow {
        time += Int64.random(in: 0...1 << Int64.random(in: 0...34, using: &random), using: &random)
        func name() -> String { names[Int.random(in: 0..<fewNames, using: &random)] }
        func number() -> Int64 {
            Int64.random(
                in: 0...Int64.max >> Int64.random(in: 3...63, using: &random), using: &random)
        }
        var row = TestRow(
            time: time, tenant: name(), user: name(), model: name(),
            tokens: TokenCounts(
                input: number(), output: number(), cacheRead: number(), cacheWrite: number(),
                total: number()
            )
        )
        if random.happens(percent: withRequest) {
            row.requestName = name()
            row.request =
                random.happens(percent: 20)
                ? .symbol(0) : StoredRequest(high: random.next() >> 60, low: random.next(), kind: 1)
        }
        return row
    }
}
