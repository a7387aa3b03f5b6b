import BedrockMetering
import Testing

/// Line numbers and offsets of rejected lines, after text that holds line ends of several kinds.
struct PlaceTests {
    static let bad = UsageLine().with("input_tokens", "-1").json

    /// The place of the only rejected line, checked to be where `bad` last stands in `text`.
    private func expectPlace(in text: String, number: Int, offset: Int? = nil, _ note: String = "")
    {
        let outcome = Outcome(of: text)
        let place = text.utf8.count - Self.bad.utf8.count

        #expect(outcome.rejected.map(\.number) == [number])
        #expect(outcome.rejected.map(\.byteOffset) == [offset ?? place])
        #expect(outcome.rejected.map(\.bytes) == [Array(Self.bad.utf8)])
    }

    @Test func `escaped line ends in the messages of a document do not count as lines`() {
        let document = Delivery.document([
            "a\nb\n\nc\n", UsageLine().pretty, UsageLine().json + "\n",
        ])

        expectPlace(in: document + Self.bad, number: 1)
        expectPlace(in: document + "\n" + document + "\n\n" + Self.bad, number: 4)
    }

    @Test func `escaped line ends in the messages of single events do not count as lines`() {
        let event = Delivery.events(["a\nb\n\nc\n"])

        expectPlace(in: event + "\n" + event + "\n" + Self.bad, number: 3)
    }

    @Test func `escaped line ends in names do not count as lines`() {
        let line = UsageLine().with("tenant_id", #""a\n\nb""#).json + "\n"
        let exported = Delivery.exported(UsageLine().with("user_id", #""\n\n""#).json)

        expectPlace(in: line + line + Self.bad, number: 3)
        expectPlace(
            in: exported + exported + "2025-12-07T01:00:00.000Z " + Self.bad,
            number: 3,
            offset: 2 * exported.utf8.count
        )
    }

    @Test(arguments: 1...4)
    func `usage lines in several lines count with all of them`(count: Int) {
        let pretty = String(repeating: UsageLine().pretty + "\n", count: count)
        let exported = String(repeating: Delivery.exported(UsageLine().pretty), count: count)

        expectPlace(in: pretty + Self.bad, number: 10 * count + 1)
        expectPlace(
            in: exported + "2025-12-07T01:00:00.000Z " + Self.bad,
            number: 10 * count + 1,
            offset: exported.utf8.count
        )
    }

    @Test func `a usage line in several lines is taken alike whether its form is known or not`() {
        let known = String(repeating: Delivery.exported(UsageLine(input: 1).pretty), count: 3)
        let followed = Delivery.exported(UsageLine(input: 2).pretty + "\ntext")

        let alone = Outcome(of: followed)
        let after = Outcome(of: known + followed)

        #expect(after.inputs == [1, 1, 1] + alone.inputs)
        #expect(after.reasons == alone.reasons)
    }

    @Test func `lines inside a message of an export task have places of their own`() {
        let head = Delivery.exported("printed:\n\(UsageLine(input: 1).json)\n\n").dropLast(1)

        expectPlace(in: head + Self.bad, number: 4)
    }

    @Test func `a line of a message inside a document lies where its event begins`() {
        let message = "printed:\n\(UsageLine(input: 1).json)\n\(Self.bad)"
        let document = "\n" + Delivery.document([message])
        let offset = document.utf8.firstRange(of: #"{"id""#.utf8).map {
            document.utf8.distance(from: document.startIndex, to: $0.lowerBound)
        }

        let outcome = Outcome(of: document)

        #expect(outcome.inputs == [1])
        #expect(outcome.counts.foreign == 1)
        #expect(outcome.rejected.map(\.number) == [2])
        #expect(outcome.rejected.map(\.byteOffset) == [offset])
    }

    @Test func `text before, blank lines and carriage returns count by their line ends`() {
        expectPlace(in: "text\r\n\r\n\n \n" + Self.bad, number: 5)
        expectPlace(in: "\n\n\n" + UsageLine().json + "\n\n" + Self.bad, number: 6)
        expectPlace(in: UsageLine().json + UsageLine().json + Self.bad, number: 1)
    }

    @Test func `places are right behind the window's size`() {
        let lines = UsageLine.lines(0..<20_000).joined(separator: "\n") + "\n"

        expectPlace(in: lines + Self.bad, number: 20_001)
    }
}
