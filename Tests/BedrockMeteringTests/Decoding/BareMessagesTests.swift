import BedrockMetering
import Testing

/// Messages without their documents, as Firehose's message extraction leaves them, and day files.
struct BareMessagesTests {
    static let others = [
        "START RequestId: 1 Version: $LATEST", "[INFO]\t2025-12-07T01:00:00.000Z\tready",
        "naïve 로그",
        #"{"event_type":"login","user":{"tenant_id":"a"}}"#, #"{"level":"INFO"}"#, "{}", "[1, 2]",
    ]

    @Test(arguments: ["", "\n", "\r\n", "\n\n", " \n"])
    func `usage lines come out with any delimiter`(delimiter: String) {
        let text = UsageLine.lines(1...5).joined(separator: delimiter)

        let outcome = Outcome(of: text)

        #expect(outcome.inputs == [1, 2, 3, 4, 5])
        #expect(outcome.counts.events == 5)
    }

    @Test(arguments: others)
    func `other lines between usage lines are foreign`(other: String) {
        let lines = [UsageLine(input: 1).json, other, UsageLine(input: 2).json, other]

        let outcome = Outcome(of: lines.joined(separator: "\n"))

        #expect(outcome.inputs == [1, 2])
        #expect(outcome.counts.foreign == 2)
        #expect(outcome.counts.rejected == 0)
    }

    @Test(arguments: others)
    func `other messages glued to usage lines are foreign`(other: String) {
        let text = UsageLine(input: 1).json + other + UsageLine(input: 2).json

        let outcome = Outcome(of: text)

        #expect(outcome.inputs == [1, 2])
        #expect(outcome.counts.foreign == 1)
        #expect(outcome.counts.rejected == 0)
    }

    @Test func `a day file may lack its last line end`() {
        let text = UsageLine.lines(1...3).joined(separator: "\n")

        #expect(Outcome(of: text).inputs == [1, 2, 3])
        #expect(Outcome(of: text) == Outcome(of: text + "\n"))
    }

    @Test func `several lines to an object are read`() {
        let text = (1...5).map { UsageLine(input: $0).pretty }.joined()

        let outcome = Outcome(of: text)

        #expect(outcome.inputs == [1, 2, 3, 4, 5])
        #expect(outcome.counts.events == 5)
    }

    @Test func `many forms of line in turn come out in order`() {
        let forms: [(UsageLine) -> String] = [
            { $0.json }, { $0.reversed().json }, { $0.pretty }, { $0.without("total_tokens").json },
            { $0.with("request_id", #""r""#).json },
            { $0.with("cache_read_input_tokens", "0").json },
            { " " + $0.json }, { $0.adding("note", #""x""#).json },
            { $0.adding("n", "-1.5e3").json },
        ]
        let lines = (0..<900).map { forms[$0 % forms.count](UsageLine(input: $0)) }

        let outcome = Outcome(of: lines.joined(separator: "\n"))

        #expect(outcome.inputs == (0..<900).map(Int64.init))
    }

    @Test func `a message without a time and without an envelope is rejected`() {
        let outcome = Outcome(of: UsageLine().without("timestamp").json)

        #expect(outcome.reasons == [.missing(.timestamp)])
    }
}
