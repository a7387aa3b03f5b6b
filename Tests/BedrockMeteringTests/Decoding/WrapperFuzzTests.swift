import BedrockMetering
import Foundation
import TestSupport
import Testing

/// Random wrappers around random lines, compared with what Foundation finds in them.
struct WrapperFuzzTests {
    /// Makes wrappers of objects, arrays and texts around usage lines, with other things beside them.
    private struct Generator {
        var random: SeededGenerator
        var lines = 0

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        /// An event, and the JSON in it.
        mutating func event() -> (text: String, json: String) {
            let json = value(depth: Int.random(in: 0...9, using: &random))
            let before = random.pick(["", "", "INFO ", "a: {b} ", "\u{1b}[1m"])
            return (before + json + random.pick(["", "", " done", "\u{1b}[0m"]), json)
        }

        private mutating func value(depth: Int) -> String {
            guard depth > 0 else { return random.happens(percent: 80) ? line() : other() }
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return object(depth: depth)
            case 1:
                let values = (0...Int.random(in: 0...2, using: &random)).map { _ in
                    value(depth: depth - 1)
                }
                return "[" + values.joined(separator: random.pick([",", ", ", " ,\t"])) + "]"
            case 2:
                let inner = value(depth: depth - 1)
                // A text of texts grows with each.
                guard inner.utf8.count < 20_000 else { return inner }
                return #"{"log": \#(Delivery.json(inner + random.pick(["", "\n", "  "])))}"#
            default: return #"{"x": \#(value(depth: depth - 1))}"#
            }
        }

        private mutating func object(depth: Int) -> String {
            var members = [("message", value(depth: depth - 1))]
            if random.happens(percent: 50) { members.append(("time", time())) }
            if random.happens(percent: 30) { members.append(("other", other())) }
            if random.happens(percent: 30) { members.append(("data", value(depth: depth - 1))) }
            members.shuffle(using: &random)
            return "{" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
        }

        private mutating func time() -> String {
            let second = Int.random(in: 1_765_000_000...1_765_999_999, using: &random)
            return random.pick(["\(second)", "\(second)250", "\"\(second)250125000\"", "null"])
        }

        private mutating func other() -> String {
            random.pick([
                "null", "7", #""text""#, "{}", "[]", #"{"a_tokens": 1}"#, #""{""#, #""[1""#,
                #"{"event_type": "login", "tenant_id": "a"}"#,
            ])
        }

        private mutating func line() -> String {
            lines += 1
            let line = UsageLine(input: lines)
            return (random.happens(percent: 30) ? line.without("timestamp") : line).json
        }
    }

    /// Lines with the nearest time around them, by Foundation.
    private struct Walker {
        var found: [(input: Int64, time: Int64?)] = []
        var isTooDeep = false

        mutating func walk(_ value: Any, depth: Int, time: Int64?) {
            if let object = value as? [String: Any] {
                if object["event_type"] as? String == UsageRecord.eventType {
                    guard depth <= 16 else { return isTooDeep = true }
                    let own = (object["timestamp"] as? String).flatMap(JSONOracle.microseconds)
                    found.append(
                        ((object["input_tokens"] as? NSNumber)?.int64Value ?? 0, own ?? time))
                    return
                }
                let inner = (object["time"]).flatMap(Self.time) ?? time
                for value in object.values { walk(value, depth: depth + 1, time: inner) }
            } else if let array = value as? [Any] {
                for value in array { walk(value, depth: depth + 1, time: time) }
            } else if let text = value as? String, let json = Self.json(text) {
                walk(json, depth: depth + 1, time: time)
            }
        }

        static func json(_ text: String) -> Any? {
            try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        }

        private static func time(_ value: Any) -> Int64? {
            guard let digits = value as? String ?? (value as? NSNumber)?.stringValue else {
                return nil
            }
            guard let number = Int64(digits) else { return nil }
            switch digits.count {
            case 10: return number * 1_000_000
            case 13: return number * 1000
            case 19: return number / 1000
            default: return nil
            }
        }
    }

    @Test(arguments: Fuzzing.seeds(2))
    func `every line is found once, with the nearest time`(seed: UInt64) throws {
        var generator = Generator(seed: seed)
        let envelopeTime = Int64(Delivery.milliseconds) * 1000
        for round in 0..<1000 {
            let (event, json) = generator.event()
            var walker = Walker()
            walker.walk(try #require(Walker.json(json)), depth: 0, time: envelopeTime)

            let outcome = Outcome(of: Delivery.exported(event))

            guard !walker.isTooDeep else { continue }
            // A sound object that text follows is not taken apart.
            guard !event.hasSuffix(" done") || !event.hasPrefix("{") else {
                #expect(outcome.records.isEmpty)
                #expect(outcome.counts.rejected == 1 || walker.found.isEmpty)
                continue
            }
            let expected = walker.found.sorted { $0.input < $1.input }
            let found = outcome.records.sorted { $0.tokens.input < $1.tokens.input }
            #expect(found.map(\.tokens.input) == expected.map(\.input), "round \(round): \(event)")
            #expect(
                found.map(\.time.microseconds) == expected.map(\.time), "round \(round): \(event)"
            )
            #expect(outcome.rejected.isEmpty, "round \(round): \(event)")
            #expect(outcome.counts.events == max(1, expected.count))
        }
    }

    @Test(arguments: Fuzzing.seeds(2))
    func `damaged wrappers add up, and come out alike in pieces`(seed: UInt64) {
        var generator = Generator(seed: seed + 100)
        var random = SeededGenerator(seed: seed)
        for round in 0..<600 {
            var event = Array(generator.event().text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                Mutation.apply(to: &event, using: &random)
            }
            let isWrapped = random.happens(percent: 30)
            if isWrapped { event = Array(Delivery.lambdaEvent(gzip(event)).utf8) }
            let object = Array("2025-12-07T01:00:00.000Z ".utf8) + event + [0x0a]

            let exported = Outcome(of: object)
            let alone = Outcome(of: event)

            #expect(exported.addsUp && alone.addsUp, "round \(round)")
            if round % 20 == 0 { #expect(Outcome(of: object.map { [$0] }) == exported) }
            let cuts = random.cuts(of: event.count, count: 4)
            #expect(Outcome(of: event.parts(cutAt: cuts)) == alone, "round \(round)")
            let mentions = String(decoding: event, as: UTF8.self).contains(
                "\"bedrock_token_usage\"")
            if mentions {
                #expect(exported.counts.events > exported.counts.foreign, "round \(round)")
            }
        }
    }
}
