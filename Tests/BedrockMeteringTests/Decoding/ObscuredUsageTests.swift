import BedrockMetering
import Foundation
import Testing

/// What looks like usage and cannot be taken, and what only reminds of it.
struct ObscuredUsageTests {
    static let line = UsageLine()
    static let bare = line.without("event_type")

    static let claims: [(reason: RejectionReason, line: UsageLine)] = [
        (.missing(.eventType), bare),
        (.missing(.eventType), bare.with("event", #""bedrock_token_usage""#)),
        (.missing(.eventType), bare.with("Event_Type", #""bedrock_token_usage""#)),
        (.missing(.eventType), bare.with("eventType", #""bedrock_token_usage""#)),
        (.missing(.eventType), bare.with("event_type ", #""bedrock_token_usage""#)),
        (.missing(.eventType), bare.without("input_tokens")),
        (.missing(.eventType), bare.without("output_tokens")),
        (.missing(.eventType), bare.without("timestamp")),
        (.missing(.eventType), bare.with("usage", #"{"level": 1}"#)),
        (.null(.eventType), line.with("event_type", "null")),
        (.wrongType(.eventType), line.with("event_type", "7")),
        (.wrongType(.eventType), line.with("event_type", #"["bedrock_token_usage"]"#)),
        (.misspelt(.eventType), line.with("event_type", #""Bedrock_Token_Usage""#)),
        (.misspelt(.eventType), line.with("event_type", #""BEDROCK_TOKEN_USAGE""#)),
        (.misspelt(.eventType), line.with("event_type", #"" bedrock_token_usage""#)),
        (.misspelt(.eventType), line.with("event_type", #""bedrock-token-usage""#)),
        (.misspelt(.eventType), line.with("event_type", #""BedrockTokenUsage""#)),
    ]

    @Test(arguments: claims)
    func `a usage line that does not say what it is is rejected`(
        reason: RejectionReason, line: UsageLine
    ) {
        for (name, deliver) in Wrapper.deliveries {
            for event in [line.json, #"{"level": "INFO", "message": \#(line.json)}"#] {
                let outcome = Outcome(of: deliver(event))

                // Where a text in it is no JSON, that is said.
                #expect(outcome.counts.rejected == 1, "\(name): \(event)")
                #expect(outcome.counts.events == 1, "\(name)")
                #expect(
                    outcome.reasons == [reason] || outcome.reasons == [.notUnwrapped],
                    "\(name): \(event)"
                )
            }
        }
    }

    static let obscured: [(reason: RejectionReason, event: String)] = [
        (.notUnwrapped, #"{"message": "bedrock_token_usage"}"#),
        (.notUnwrapped, #"{"Event_Type": "bedrock_token_usage"}"#),
        (.notUnwrapped, #"{"event_type": ["bedrock_token_usage"]}"#),
        (.notUnwrapped, #"{"message": "wrote bedrock_token_usage for acme"}"#),
        (.notUnwrapped, #"{"message": "bedrock\u005ftoken_usage"}"#),
        (.notUnwrapped, #"{"message": "bedrock\\u005ftoken\\u005Fusage"}"#),
        (.notUnwrapped, #"{"bedrock_token_usage": {"tenantId": "a", "inputTokens": 1}}"#),
        (
            .notUnwrapped,
            #"{"eventType": "bedrock_token_usage", "tenantId": "acme", "inputTokens": 10}"#
        ),
        (
            .notUnwrapped,
            #"{"body":{"kvlistValue":{"values":[{"key":"event_type","value":{"stringValue":"bedrock_token_usage"}}]}}}"#
        ),
        (.notUnwrapped, #"{"log": \#(Delivery.json(String(line.json.dropLast())))}"#),
        (.notUnwrapped, #"{"log": \#(Delivery.json(line.json.replacing("\"", with: "'")))}"#),
        (.notUnwrapped, #"{"log": \#(Delivery.json(String(line.json.prefix(120))))}"#),
        (
            .notUnwrapped,
            #"{"event_type": "log", "message": \#(Delivery.json(String(line.json.dropLast())))}"#
        ),
        (
            .notUnwrapped,
            #"{"event_type": "log", "message": "event_type=bedrock_token_usage input_tokens=5"}"#
        ),
        (.repeatedWrapper, #"{"message": "x", "message": \#(line.json)}"#),
        (.repeatedWrapper, #"{"message": \#(line.json), "message": "x"}"#),
        (.repeatedWrapper, #"{"message": \#(line.json), "mess\u0061ge": 1}"#),
        (.repeatedWrapper, #"{"a": {"m": \#(line.json), "m": \#(line.json)}}"#),
        (.notJSONObject, "level=info event_type=bedrock_token_usage tenant_id=acme"),
        (.notJSONObject, "INFO " + line.json.dropLast()),
        (.unfinishedLine, "2025-12-07T10:00:00Z stdout P " + line.json.prefix(120)),
        (
            .notJSONObject,
            #"2025-12-07T10:00:00Z stdout F ns": 20, "event_type": "bedrock_token_usage"}"#
        ),
        (.notJSONObject, "recorded: " + line.json.replacing("\"", with: "'")),
        (.notJSONObject, line.json.replacing("{", with: "").replacing("}", with: "")),
    ]

    @Test(arguments: obscured)
    func `usage that cannot be unwrapped is rejected, and the whole event is kept`(
        reason: RejectionReason, event: String
    ) {
        for (name, deliver) in Wrapper.deliveries {
            let outcome = Outcome(of: deliver(event))

            #expect(outcome.reasons == [reason], "\(name)")
            #expect(outcome.rejected.map(\.bytes) == [Array(event.utf8)], "\(name)")
            #expect(outcome.counts.events == 1, "\(name)")
        }
    }

    @Test func `what is left of an event is rejected beside what is taken`() {
        let cut = Delivery.json(String(UsageLine(input: 2).json.dropLast()))
        let event = #"[{"log": \#(Delivery.json(UsageLine(input: 1).json))}, {"log": \#(cut)}]"#

        let outcome = Outcome(of: Delivery.exported(event))

        #expect(outcome.inputs == [1])
        #expect(outcome.reasons == [.notUnwrapped])
        #expect(outcome.rejected.map(\.bytes) == [Array(event.utf8)])
        let text = "INFO \(UsageLine(input: 1).json) INFO \(UsageLine(input: 2).json.dropLast())"
        #expect(Outcome(of: Delivery.exported(text)).inputs == [1])
        #expect(Outcome(of: Delivery.exported(text)).reasons == [.notUnwrapped])
    }

    @Test func `a wrapper over the limit is rejected`() {
        let event =
            #"{"pad": "\#(String(repeating: "x", count: 2000))", "message": \#(Self.line.json)}"#
        for (name, deliver) in Wrapper.deliveries {
            let outcome = Outcome(
                of: deliver(event) + "\n", limits: DecodingLimits(maximumLineSize: 1000)
            )

            #expect(outcome.reasons == [.lineTooLong], "\(name)")
        }
    }

    // MARK: Other events

    static let others = [
        "START RequestId: 6bc28136-0000-4365-b021-0ce6b2e64ab0 Version: $LATEST",
        "END RequestId: 6bc28136-0000-4365-b021-0ce6b2e64ab0",
        "REPORT RequestId: 6bc28136\tDuration: 2.5 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB",
        "INIT_START Runtime Version: python:3.13.v1\tRuntime Version ARN: arn:aws:lambda:x::runtime:1",
        "2025-12-07T10:00:00.123Z 6bc2 Task timed out after 3.00 seconds",
        #"{"time":"2025-12-07T10:00:00.000Z","type":"platform.start","record":{"requestId":"6bc2","version":"$LATEST"}}"#,
        #"{"time":"2025-12-07T10:00:05.000Z","type":"platform.report","record":{"requestId":"6bc2","metrics":{"durationMs":812.4}}}"#,
        #"{"_aws":{"Timestamp":1765101600000,"CloudWatchMetrics":[{"Namespace":"x","Dimensions":[["tenant_id","model_id"]],"Metrics":[{"Name":"input_tokens","Unit":"Count"}]}]},"tenant_id":"a","model_id":"m","input_tokens":5,"output_tokens":6}"#,
        #"{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2025-12-07T10:00:00Z","modelId":"m","requestMetadata":{"tenant_id":"a"},"input":{"inputTokenCount":25},"output":{"outputBodyJson":{"usage":{"input_tokens":25,"output_tokens":3}},"outputTokenCount":3}}"#,
        #"{"level":"INFO","tenant_id":"a","model_id":"m","message":"done","usage":{"input_tokens":3,"output_tokens":4}}"#,
        #"{"level":"INFO","tenant_id":"a","max_tokens":300,"message":"asked"}"#,
        #"{"level":"INFO","message":"{\"tenant_id\":\"a\",\"max_tokens\":300}"}"#,
        #"{"event_type":"chat_request","tenant_id":"a","model_id":"m","input_tokens":3}"#,
        #"{"event_type":"usage_report","detail":{"name":"bedrock_token_usage","lines":3}}"#,
        #"{"event_type":"bedrock_token_usage_daily","tenant_id":"a","model_id":"m","input_tokens":3}"#,
        #"{"level":"INFO","html":"\u003cb\u003e","key":"AKIA\#(String(repeating: "Ab3/", count: 64))"}"#,
        #"{"message":"SELECT tenant_id, model_id, input_tokens FROM usage"}"#,
        #"{"message":"SELECT \"tenant_id\", \"model_id\" FROM usage"}"#,
        #"{"records":[],"note":"nothing"}"#,
        #"{"Records":[{"s3":{"object":{"key":"a/b_tokens.gz"}}}]}"#,
        String(repeating: "{", count: 500) + "_token", "[1, 2, {\"x_token\": [3]}]",
        #"{"id":"1","timestamp":1765101600000,"message":"hello","data":{"x_tokens":1}}"#,
        "usage: {'a_tokens': 1}", "{main} [thread] ready _token",
    ]

    @Test(arguments: others)
    func `another event stays foreign`(event: String) {
        for (name, deliver) in Wrapper.deliveries {
            #expect(Outcome(of: deliver(event)) == Outcome(foreign: 1), "\(name)")
        }
        #expect(
            Outcome(of: Delivery.exported(#"{"log": \#(Delivery.json(event))}"#)).rejected.isEmpty)
    }

    @Test func `what tenants wrote in Bedrock's own log of a call is no usage`() {
        let event =
            #"{"schemaType":"ModelInvocationLog","input":{"inputBodyJson":{"prompt":\#(Delivery.json(Self.line.json))}}}"#

        #expect(Outcome(of: Delivery.exported(event)) == Outcome(foreign: 1))
    }

    @Test func `an event that begins like one of CloudWatch is looked at beside its message`() {
        let event =
            #"{"id":"1","timestamp":1765101600000,"message":"hello","data":\#(Self.line.json)}"#

        #expect(Outcome(of: event).records == [UsageLine.record()])
    }

    @Test func `what a filter found in a message is not taken beside it`() {
        let event =
            #"{"id":"1","timestamp":1765101600000,"message":\#(Delivery.json(UsageLine(input: 1).json)),"#
            + #""extractedFields":\#(UsageLine(input: 2).json)}"#

        #expect(Outcome(of: event).inputs == [1])
    }
}
