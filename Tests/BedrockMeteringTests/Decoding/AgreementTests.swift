import BedrockMetering
import Foundation
import TestSupport
import Testing

@testable import struct BedrockMetering.JSONScanner

/// The decoder agrees with itself, whatever it has seen before, and with Foundation.
struct AgreementTests {
    static let seeds = Fuzzing.seeds(3)

    private func generated(seed: UInt64) -> [[UInt8]] {
        var generator = LineGenerator(seed: seed)
        return generator.lines(1500)
    }

    @Test(arguments: seeds)
    func `a line of an export task is decided as if it were alone`(seed: UInt64) {
        let lines = generated(seed: seed)
        let stamp = Array("2025-12-07T01:00:00.000Z ".utf8)

        let outcome = Outcome(of: lines.flatMap { stamp + $0 + [0x0a] })

        let alone = lines.map { SingleMessage(of: $0) }
        #expect(outcome.records == alone.flatMap(\.records))
        #expect(outcome.reasons == alone.flatMap(\.reasons))
        #expect(
            outcome.rejected.map(\.number)
                == alone.indices.flatMap { index in alone[index].reasons.map { _ in index + 1 } }
        )
        #expect(outcome.counts.events == alone.map(\.events).reduce(0, +))
        #expect(outcome.records.count > lines.count / 2)
        #expect(outcome.addsUp)
    }

    @Test(arguments: seeds)
    func `a line among JSON lines is decided as by a decoder of its own`(seed: UInt64) {
        // An object that only ends too early may go on in the next line.
        let lines = generated(seed: seed).prefix(1000).filter { !runsOut($0) }

        let outcome = Outcome(of: Array(lines.joined(separator: [0x0a])))

        // What closes an array is passed between documents, so each line gets one before it.
        let head = Array("{}\n".utf8)
        let alone = lines.map { Outcome(of: head + $0) }
        #expect(outcome.records == alone.flatMap(\.records))
        #expect(outcome.counts.foreign == alone.map { $0.counts.foreign - 1 }.reduce(0, +))
        var expected: [RejectedLine] = []
        var offset = 0
        for (index, line) in lines.enumerated() {
            for rejected in alone[index].rejected {
                expected.append(
                    RejectedLine(
                        number: index + 1,
                        byteOffset: offset + rejected.byteOffset - head.count,
                        reason: rejected.reason,
                        time: rejected.time,
                        bytes: rejected.bytes
                    )
                )
            }
            offset += line.count + 1
        }
        #expect(outcome.rejected == expected)
        #expect(outcome.addsUp)
    }

    private func runsOut(_ line: [UInt8]) -> Bool {
        let padded = line + [UInt8](repeating: 0, count: 64)
        var offset = 0
        while let brace = line[offset...].firstIndex(of: 0x7b) {
            var scanner = JSONScanner(from: brace, to: line.count)
            if (try? scanner.value(padded.span.bytes)) == nil && scanner.ranOut { return true }
            offset = brace + 1
        }
        return false
    }

    @Test(arguments: seeds)
    func `messages of documents are decided as if they were alone`(seed: UInt64) {
        let lines = generated(seed: seed).compactMap { String(validating: $0, as: UTF8.self) }
        var random = SeededGenerator(seed: seed)
        let cuts = random.cuts(of: lines.count, count: 200)
        let documents = lines.parts(cutAt: cuts).filter { !$0.isEmpty }
            .map { Delivery.document(Array($0)) }

        let outcome = Outcome(of: documents.joined())

        let alone = lines.map {
            SingleMessage(of: Array($0.utf8))
        }
        let records = alone.flatMap(\.records)
        #expect(outcome.records.count == records.count)
        #expect(outcome.records.map(\.tenant) == records.map(\.tenant))
        #expect(outcome.records.map(\.tokens) == records.map(\.tokens))
        #expect(outcome.reasons == alone.flatMap(\.reasons))
        #expect(outcome.counts.events == alone.map(\.events).reduce(0, +))
        #expect(outcome.addsUp)
    }

    @Test(arguments: seeds)
    func `Foundation reads the same out of every line`(seed: UInt64) {
        var decided = 0
        for line in generated(seed: seed) {
            let single = SingleMessage(of: line, hasEnvelope: false)
            let verdict = JSONOracle(line: line).verdict

            let agrees =
                switch verdict {
                case .record(let record):
                    // Escapes in times and counts are refused.
                    single.records == [record]
                        || line.contains(0x5c)
                            && ([[.unreadableTimestamp], [.wrongType(.inputTokens)]]).contains(
                                single.reasons
                            )
                case .someRecord: single.records.count == 1 || isOverflow(single.reasons.first)
                case .rejected: single.records.isEmpty && single.reasons.count == 1
                case .foreign: single.records.isEmpty && single.reasons.isEmpty
                case .noRecord: single.records.isEmpty
                case .notForeign: !single.records.isEmpty || !single.reasons.isEmpty
                case .undecided: true
                }
            if !agrees {
                Issue.record(
                    "\(verdict), but \(String(describing: single)): \(String(decoding: line, as: UTF8.self))"
                )
            }
            decided += verdict == .undecided ? 0 : 1
        }
        #expect(decided > 750)
    }

    private func isOverflow(_ reason: RejectionReason?) -> Bool {
        if case .overflow = reason { true } else { false }
    }
}
