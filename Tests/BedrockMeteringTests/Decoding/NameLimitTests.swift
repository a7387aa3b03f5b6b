import Testing

@testable import BedrockMetering

/// Names that are longer than the limit.
struct NameLimitTests {
    static let fields: [UsageSchema.Field] = [.tenant, .user, .model, .request]

    /// A way in which a name of so many bytes may be written, as JSON.
    struct Spelling: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let json: @Sendable (_ size: Int) -> String
    }

    static let spellings: [Spelling] = [
        Spelling(testDescription: "ASCII") { "\"" + String(repeating: "x", count: $0) + "\"" },
        Spelling(testDescription: "characters of two bytes") {
            "\"" + String(repeating: "x", count: $0 % 2)
                + String(repeating: "\u{e9}", count: $0 / 2) + "\""
        },
        Spelling(testDescription: "escapes") {
            "\"" + String(repeating: #"\u0041"#, count: $0) + "\""
        },
        Spelling(testDescription: "pairs of escapes") {
            "\"" + String(repeating: #"\n"#, count: $0 % 4)
                + String(repeating: #"\ud83d\ude00"#, count: $0 / 4) + "\""
        },
    ]

    private func line(_ field: UsageSchema.Field, _ json: String, input: Int = 10) -> String {
        UsageLine(input: input).with(UsageSchema.column(field).name, json).json
    }

    @Test(arguments: fields, spellings)
    func `a name at the limit is taken, and a byte more is named as too long`(
        field: UsageSchema.Field, spelling: Spelling
    ) {
        for (limits, size) in [
            (DecodingLimits(), 4096), (DecodingLimits(maximumNameSize: 77), 77),
        ] {
            // The first teaches the form that the fast path then knows.
            let lines = [
                line(field, #""short""#, input: 1), line(field, spelling.json(size), input: 2),
                line(field, spelling.json(size + 1), input: 3),
                line(field, spelling.json(size), input: 4), line(field, #""short""#, input: 5),
            ]

            let exported = lines.map { Delivery.exported($0) }.joined()
            for text in [lines.joined(separator: "\n"), Delivery.document(lines), exported] {
                let outcome = Outcome(of: text, limits: limits)

                #expect(outcome.inputs == [1, 2, 4, 5])
                #expect(outcome.reasons == [.nameTooLong(field)])
                #expect(outcome.addsUp)
            }
        }
    }

    @Test func `the reason names the field and none of its content`() {
        let outcome = Outcome(of: line(.user, "\"" + String(repeating: "x", count: 5000) + "\""))

        #expect(
            outcome.reasons.map(\.description) == ["user_id is over the size limit of names"])
    }

    @Test func `a name too long inside another document is rejected alone`() {
        let long = line(.tenant, "\"" + String(repeating: "x", count: 4097) + "\"", input: 2)
        let sound = UsageLine(input: 1).json

        let outcome = Outcome(of: #"{"level": "INFO", "events": [\#(sound), \#(long)]}"#)

        #expect(outcome.inputs == [1])
        #expect(outcome.reasons == [.nameTooLong(.tenant)])
    }

    @Test func `of several lines in one event the one with a name too long is rejected alone`() {
        let long = line(.tenant, "\"" + String(repeating: "x", count: 4097) + "\"", input: 2)
        let lines = [UsageLine(input: 1).json, long, UsageLine(input: 3).json]

        let outcome = Outcome(of: Delivery.exported("text\n" + lines.joined(separator: "\n")))

        #expect(outcome.inputs == [1, 3])
        #expect(outcome.reasons == [.nameTooLong(.tenant)])
    }

    @Test func `other members may be as long as the line`() {
        let filler = "\"" + String(repeating: "x", count: 100_000) + "\""
        let line = UsageLine(input: 1).adding("note", filler).json

        #expect(Outcome(of: line + "\n" + line).inputs == [1, 1])
    }

    @Test func `the lake's own day files hold names of any size`() {
        let line = line(.tenant, "\"" + String(repeating: "x", count: 100_000) + "\"")

        #expect(Outcome(of: line, limits: DecodingLimits(maximumNameSize: .max)).inputs == [10])
    }
}
