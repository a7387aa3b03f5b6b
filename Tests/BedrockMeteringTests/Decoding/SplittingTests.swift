import BedrockMetering
import TestSupport
import Testing

/// The outcome does not depend on how an object is cut into chunks, nor on how it is wrapped.
struct SplittingTests {
    /// An object of each shape, with broken and foreign events, of at most about `size` bytes.
    private func objects(seed: UInt64, size: Int) -> [(shape: String, bytes: [UInt8])] {
        var generator = LineGenerator(seed: seed)
        var random = SeededGenerator(seed: seed)
        let lines = generator.lines(size / 200)
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        let stamp = Array("2025-12-07T01:00:00.000Z ".utf8)
        var documents: [UInt8] = []
        for part in texts.parts(cutAt: random.cuts(of: texts.count, count: texts.count / 5)) {
            var document = Array(
                Delivery.document(Array(part), typeIsLast: random.happens(percent: 30)).utf8
            )
            if random.happens(percent: 30) { Mutation.apply(to: &document, using: &random) }
            documents += document + (random.happens(percent: 20) ? [0x0a] : [])
        }
        var exported: [UInt8] = []
        for line in lines { exported += (random.happens(percent: 90) ? stamp : []) + line + [0x0a] }
        return [
            ("export task", exported),
            ("JSON lines", Array(lines.joined(separator: [0x0a]))),
            ("no delimiter", lines.flatMap(\.self)),
            ("documents", documents),
            ("Lambda", Array(Delivery.lambdaEvent(gzip(documents)).utf8)),
        ]
    }

    @Test(arguments: Fuzzing.seeds(6))
    func `single bytes give the same as the whole`(seed: UInt64) {
        for (shape, bytes) in objects(seed: seed, size: 3000) {
            let whole = Outcome(of: bytes)

            let single = Outcome(of: bytes.map { [$0] })

            if single != whole { Issue.record("\(shape): \(single.counts), \(whole.counts)") }
            #expect(whole.addsUp)
        }
    }

    @Test(arguments: Fuzzing.seeds(4))
    func `every way to cut in two gives the same as the whole`(seed: UInt64) {
        for (shape, bytes) in objects(seed: seed, size: 1000) {
            let whole = Outcome(of: bytes)
            for cut in stride(from: Int(seed) % 7, to: bytes.count, by: 7) {
                let outcome = Outcome(of: [bytes[..<cut], bytes[cut...]])
                guard outcome == whole else {
                    Issue.record("\(shape) at \(cut): \(outcome.counts), \(whole.counts)")
                    break
                }
            }
        }
    }

    @Test(arguments: Fuzzing.seeds(2))
    func `random chunks of large objects give the same as the whole`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for (shape, bytes) in objects(seed: seed + 1000, size: 700_000) {
            let whole = Outcome(of: bytes)

            let cuts = random.cuts(of: bytes.count, count: Int.random(in: 1...40, using: &random))
            let outcome = Outcome(of: bytes.parts(cutAt: cuts))

            if outcome != whole { Issue.record("\(shape): \(outcome.counts), \(whole.counts)") }
        }
    }

    @Test(arguments: Fuzzing.seeds(3))
    func `members at random places and layers give the same as the plain object`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for (shape, bytes) in objects(seed: seed + 2000, size: 40_000) {
            let plain = Outcome(of: bytes)
            let members = bytes.parts(cutAt: random.cuts(of: bytes.count, count: 12)).flatMap {
                gzip($0)
            }
            let layers = members.parts(cutAt: random.cuts(of: members.count, count: 3)).flatMap {
                gzip($0)
            }

            for wrapped in [gzip(bytes), members, gzip(members), layers, gzip(layers)] {
                let cuts = random.cuts(of: wrapped.count, count: 5)
                let outcome = Outcome(of: wrapped.parts(cutAt: cuts))
                if outcome != plain { Issue.record("\(shape): \(outcome.counts), \(plain.counts)") }
            }
        }
    }
}
