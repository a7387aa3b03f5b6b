import BedrockMetering
import Testing

/// Objects of an export task: a time, a space, and a message that may have several lines.
struct ExportTaskTests {
    @Test func `usage lines and other lines are told apart`() {
        let text =
            Delivery.exported(UsageLine(input: 1).json)
            + Delivery.exported("START RequestId: 0f Version: $LATEST")
            + Delivery.exported(UsageLine(input: 2).json)
            + Delivery.exported(#"{"event_type": "chat_request", "status": 200}"#)

        let outcome = Outcome(of: text)

        #expect(outcome.records == [UsageLine.record(input: 1), UsageLine.record(input: 2)])
        #expect(outcome.counts.foreign == 2)
        #expect(outcome.addsUp)
    }

    @Test func `a message of several lines is one event`() {
        let trace = "[ERROR] Throttled\nTraceback:\n  File \"a.py\"\n2025-12-07 03:04:05,678 gone"
        let text =
            Delivery.exported(UsageLine(input: 1).json)
            + Delivery.exported(trace)
            + Delivery.exported(UsageLine(input: 2).json)

        let outcome = Outcome(of: text)

        #expect(outcome.inputs == [1, 2])
        #expect(outcome.counts.foreign == 1)
    }

    @Test(arguments: 0...3)
    func `a usage line in several lines is one record`(repeats: Int) {
        let text = (0...repeats).map { Delivery.exported(UsageLine(input: $0).pretty) }.joined()

        let outcome = Outcome(of: text)

        #expect(outcome.inputs == (0...repeats).map(Int64.init))
        #expect(outcome.counts.events == repeats + 1)
    }

    @Test(arguments: ["\n", "\n\n\n", "\r\n", " \n \n"])
    func `line ends at a message's end are not events`(ending: String) {
        let messages = [UsageLine(input: 1).json, "END RequestId: 1", UsageLine(input: 2).json]

        let outcome = Outcome(of: messages.map { Delivery.exported($0 + ending) }.joined())

        #expect(outcome.inputs == [1, 2])
        #expect(outcome.counts.events == 3)
    }

    @Test func `an empty message is an event`() {
        let text = Delivery.exported("") + Delivery.exported(UsageLine(input: 1).json)

        let outcome = Outcome(of: text)

        #expect(outcome.inputs == [1])
        #expect(outcome.counts.foreign == 1)
    }

    @Test func `blank lines before the first line are passed`() {
        let outcome = Outcome(of: "\n \n\n" + Delivery.exported(UsageLine(input: 1).json))

        #expect(outcome.inputs == [1])
        #expect(outcome.counts.events == 1)
    }

    @Test(arguments: ["Permission Check Successful", "Permission Check Successful\n"])
    func `the probe object is one foreign event`(text: String) {
        let outcome = Outcome(of: text)

        #expect(outcome.counts.events == 1)
        #expect(outcome.counts.foreign == 1)
    }

    @Test(arguments: ["", "\n", " \r\n\t\n"])
    func `an object without text holds no event`(text: String) {
        #expect(Outcome(of: text) == Outcome())
        #expect(Outcome(of: gzip(text)) == Outcome())
    }

    @Test func `the last line may lack its line end`() {
        let text = Delivery.exported("x") + Delivery.exported(UsageLine(input: 7).json).dropLast()

        #expect(Outcome(of: text).inputs == [7])
    }

    @Test func `a line without a time after a usage line is an event of its own`() {
        let lines = [
            Delivery.exported(UsageLine(input: 1).json), UsageLine(input: 2).json + "\n", "text\n",
            Delivery.exported(UsageLine(input: 3).json),
        ]

        // The same where the form of the first line is known already.
        for known in ["", Delivery.exported(UsageLine(input: 0).json)] {
            let outcome = Outcome(of: known + lines.joined())

            #expect(outcome.inputs.suffix(3) == [1, 2, 3])
            #expect(outcome.counts.foreign == 1)
            #expect(outcome.counts.rejected == 0)
        }
    }

    @Test func `usage lines that follow text in one message are records`() {
        let message = "printed:\n\(UsageLine(input: 1).json)\n\(UsageLine(input: 2).json)"

        let outcome = Outcome(of: Delivery.exported(message) + Delivery.exported("END"))

        #expect(outcome.inputs == [1, 2])
        #expect(outcome.counts.foreign == 2)
    }

    @Test func `a message without a time has that of its line`() {
        let line = UsageLine().without("timestamp").json
        let text = Delivery.exported(line, at: "2025-12-07T02:00:00.123Z")

        let outcome = Outcome(of: text)

        #expect(outcome.records.map(\.time.description) == ["2025-12-07T02:00:00.123000Z"])
    }

    @Test func `a line's time outside the years of the table rejects a message without one`() {
        let line = UsageLine().without("timestamp").json
        let stamps = ["2019-12-31T23:59:59.999Z", "2051-01-01T00:00:00.000Z"]

        let outcome = Outcome(of: stamps.map { Delivery.exported(line, at: $0) }.joined())

        #expect(outcome.reasons == [.timestampOutOfRange, .timestampOutOfRange])
    }

    @Test func `milliseconds may stand for the time`() {
        let line = UsageLine(input: 2).without("timestamp").json
        let text = "1765069200123 \(UsageLine(input: 1).json)\n1765069200123 \(line)\n"

        let outcome = Outcome(of: text)

        #expect(outcome.inputs == [1, 2])
        #expect(outcome.records.last?.time.description == "2025-12-07T01:00:00.123000Z")
    }

    @Test(arguments: [
        "2025-12-07T01:00:00.000Z", "2025-12-07T01:00:00Z text", "2025-12-07 01:00:00.000Z text",
        "176506920012 text", "17650692001234 text",
    ])
    func `text that only looks like a line's time is text`(text: String) {
        let outcome = Outcome(of: text + "\n" + UsageLine(input: 1).json)

        #expect(outcome.inputs == [1])
        #expect(outcome.counts.foreign == 1)
    }
}
