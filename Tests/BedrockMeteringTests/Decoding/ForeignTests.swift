import BedrockMetering
import Testing

/// What a log group holds beside usage lines.
struct ForeignTests {
    static let usage = UsageLine()

    @Test(arguments: [
        "START RequestId: 1f Version: $LATEST",
        "REPORT RequestId: 1f\tDuration: 2.5 ms\tBilled Duration: 3 ms",
        "{}", "[]", "null", "42", "\"text\"", "{", "}", "{]", "{a: 1}",
        #"{"event_type": "login"}"#,
        #"{"event_type": 7}"#, #"{"event_type": null}"#,
        #"{"event_type": "bedrock_token_usage2"}"#,
        #"{"event_type": "Bedrock_Token_Usage"}"#,
        #"{"event_type": "alarm", "text": "bedrock_token_usage"}"#,
        #"{"level": "INFO", "message": "ready"}"#,
        #"{"event_type": "login", "broken": }"#,
        #"{"event_type": "usage_report", "text": "wrote bedrock_token_usage for 3 tenants"}"#,
        usage.with("event_type", #""other""#).with("input_tokens", "-1").json,
    ])
    func `it is foreign, whole or in another shape`(text: String) {
        let expected = Outcome(foreign: 1)

        #expect(Outcome(of: text) == expected || ["}", "{", "{]"].contains(text))
        #expect(Outcome(of: Delivery.exported(text)) == expected)
        #expect(Outcome(of: Delivery.document([text])) == expected)
    }

    @Test func `text that is not UTF-8 is foreign`() {
        let text = Array("old client: na".utf8) + [0xef] + Array("ve".utf8)

        #expect(Outcome(of: text) == Outcome(foreign: 1))
        #expect(Outcome(of: Array("2025-12-07T01:00:00.000Z ".utf8) + text) == Outcome(foreign: 1))
    }

    @Test(arguments: [
        #"{"level": "INFO", "message": "#, #"{"tenant_id": "globex", "input_to"#, #"{"a"#,
    ])
    func `a cut object that has not said what it is counts as rejected`(text: String) {
        #expect(Outcome(of: Delivery.exported(text)).reasons == [.malformedJSON])
        #expect(Outcome(of: text).reasons == [.malformedJSON])
    }

    @Test func `a cut object whose escaped event type is that of usage counts as rejected`() {
        let text = UsageLine().with("event_type", #""bedrock\u005ftoken_usage""#).json + "}"

        #expect(Outcome(of: Delivery.exported(text)).reasons == [.malformedJSON])
    }
}

extension Outcome {
    init(foreign: Int) {
        self.init()
        counts.foreign = foreign
    }
}
