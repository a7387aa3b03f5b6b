import BedrockMetering
import TestSupport
import Testing

/// Damaged sample objects: never a crash, always an error or counts that add up.
struct MutationTests {
    /// The samples as they are, and without their layers of gzip.
    private func objects() throws -> [[UInt8]] {
        let samples = try Repository.sampleObjects() + Repository.sampleObjects("broken")
        let objects = samples.map { [UInt8]($0.data) }
        return objects + objects.filter { $0.starts(with: [0x1f, 0x8b]) }.map(gunzip)
    }

    @Test func `damaged samples end in an error or in counts that add up`() throws {
        let objects = try objects()
        var random = SeededGenerator(seed: 20_251_207)
        for round in 0..<Fuzzing.rounds {
            var object = random.pick(objects)
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                Mutation.apply(to: &object, using: &random)
            }
            if random.happens(percent: 10) { object = gzip(object) }

            let outcome = Outcome(of: object)

            #expect(outcome.addsUp, "round \(round)")
            guard random.happens(percent: 20) else { continue }
            let cuts = random.cuts(of: object.count, count: 5)
            let cut = Outcome(of: object.parts(cutAt: cuts))
            // Damage shows at another offset where it is read in other pieces.
            #expect(cut.error?.code == outcome.error?.code, "round \(round)")
            #expect(cut.counts == outcome.counts, "round \(round)")
            #expect(
                cut.records == outcome.records && cut.rejected == outcome.rejected,
                "round \(round)"
            )
        }
    }

    @Test func `small limits are held on damaged samples`() throws {
        let objects = try objects()
        var random = SeededGenerator(seed: 7)
        for round in 0..<Fuzzing.rounds / 4 {
            var object = random.pick(objects)
            Mutation.apply(to: &object, using: &random)
            let limits = DecodingLimits(
                maximumInflatedSize: Int.random(in: 1...200_000, using: &random),
                maximumLineSize: Int.random(in: 1...400, using: &random)
            )

            let outcome = Outcome(of: object, limits: limits)

            #expect(outcome.addsUp, "round \(round)")
            #expect(
                outcome.rejected.allSatisfy {
                    $0.bytes.count <= limits.maximumLineSize || $0.reason == .unreadablePayload
                }
            )
        }
    }
}
