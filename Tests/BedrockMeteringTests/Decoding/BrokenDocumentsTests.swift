import BedrockMetering
import Testing

/// Broken documents among sound ones, in streams that may have no line ends to hold on to.
///
/// Where nothing tells a sound document from a part of the broken one, it is rejected with it, so
/// that its bytes are kept; it never goes without a trace.
struct BrokenDocumentsTests {
    static let first = UsageLine(input: 1).json
    static let broken = UsageLine(input: 2).json
    static let last = UsageLine(input: 3).json

    /// How often `text`, whose record has `input`, was rejected with another event.
    private func swallowed(_ text: String, input: Int64, of total: Int, in outcome: Outcome) -> Int
    {
        let taken = outcome.inputs.filter { $0 == input }.count
        let kept = outcome.rejected
            .map { String(decoding: $0.bytes, as: UTF8.self).ranges(of: text).count }
        #expect(taken + kept.reduce(0, +) == total)
        return total - taken
    }

    @Test(arguments: ["", "\n"])
    func `a line that is cut anywhere loses no other line`(delimiter: String) {
        for size in 1..<Self.broken.utf8.count {
            let cut = String(Self.broken.prefix(size))
            let text = [Self.first, cut, Self.last, Self.last].joined(separator: delimiter)

            let outcome = Outcome(of: text)

            #expect(swallowed(Self.first, input: 1, of: 1, in: outcome) == 0, "\(cut)")
            // Behind a colon the next line is a value of the broken one.
            let swallows = delimiter.isEmpty && (cut.hasSuffix("\":") || cut.hasSuffix("\": "))
            let lost = swallowed(Self.last, input: 3, of: 2, in: outcome)
            #expect(lost == (swallows ? 1 : 0), "\(cut)")
            #expect(outcome.counts.events == 4 - lost, "\(cut)")
        }
    }

    @Test(arguments: ["", "\n"])
    func `a document that is cut anywhere loses no other document`(delimiter: String) {
        let document = Delivery.document([Self.broken, "x"])
        let next = Delivery.document([Self.last])
        for size in 1..<document.utf8.count {
            let cut = String(document.prefix(size))
            let text = [Self.first, cut, next, next, Self.first].joined(separator: delimiter)

            let outcome = Outcome(of: text)

            #expect(swallowed(Self.first, input: 1, of: 2, in: outcome) == 0, "\(cut)")
            // There the next document is a value of the broken one.
            let isInsideMessage = cut.hasSuffix(#"\":"#)
            let swallows =
                cut.hasSuffix("\":") && !isInsideMessage || cut.hasSuffix("Filters\":[")
            let lost = swallowed(next, input: 3, of: 2, in: outcome)
            #expect(lost == (swallows ? 1 : 0), "\(cut)")
            #expect(outcome.addsUp)
        }
    }

    @Test(arguments: ["", "\n"])
    func `a document that is cut between its events loses no other document`(delimiter: String) {
        let head = Delivery.document([]).dropLast(2)
        let next = Delivery.document([Self.last])
        for events in ["", Delivery.events([Self.broken]), Delivery.events([Self.broken]) + ","] {
            let text = [head + events, next, next, Self.first].joined(separator: delimiter)

            let outcome = Outcome(of: text)

            #expect(outcome.inputs == (events.isEmpty ? [3, 3, 1] : [2, 3, 3, 1]), "\(events)")
        }
    }

    @Test(arguments: ["", "\n"])
    func `a line with any byte replaced loses no other line`(delimiter: String) {
        let bytes = Array(Self.broken.utf8)
        for offset in bytes.indices {
            for byte in Array("\"{}[],:\\ \u{0}".utf8) + [0xff] {
                var damaged = bytes
                damaged[offset] = byte
                let object =
                    [Self.first.utf8, Self.last.utf8, Self.last.utf8].map(Array.init)
                let lines = [object[0], damaged, object[1], object[2]]

                let outcome = Outcome(of: Array(lines.joined(separator: Array(delimiter.utf8))))

                // Without its brace or its last one, a line is part of a neighbour's.
                let isGlued = delimiter.isEmpty
                let first = swallowed(Self.first, input: 1, of: 1, in: outcome)
                #expect(first == 0 || isGlued && offset == 0, "byte \(byte) at \(offset)")
                let last = swallowed(Self.last, input: 3, of: 2, in: outcome)
                #expect(
                    last == 0 || isGlued && last == 1 && offset == bytes.count - 1,
                    "byte \(byte) at \(offset)"
                )
                #expect(outcome.addsUp)
            }
        }
    }

    @Test func `line ends inside broken lines lose no other line`() {
        for size in 1..<Self.broken.utf8.count {
            let torn = Self.broken.prefix(size) + "\n" + Self.broken.dropFirst(size)
            let text = Self.first + "\n" + torn + "\n" + Self.last

            let outcome = Outcome(of: text)

            #expect(outcome.inputs.filter { $0 != 2 } == [1, 3], "at \(size)")
        }
    }

    @Test func `what a broken array leaves behind is passed`() {
        let text = #"{"a": "# + "]," + Self.first + "],}" + Self.last

        let outcome = Outcome(of: text + "\n" + Self.last)

        #expect(outcome.inputs.suffix(1) == [3])
        #expect(outcome.addsUp)
    }
}
