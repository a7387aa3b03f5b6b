import Foundation
import TestSupport
import Testing

@testable import AWSServices

/// Calls of models: what is sent, what is made of the answers, and what may have been billed.
@Suite struct ConverseStreamTests {
    typealias Encoder = EventStreamEncoder

    private static let request = ConverseRequest(
        model: "anthropic.claude-3-haiku-20240307-v1:0",
        messages: [.init(.user, ["Hello"])], maxTokens: 1000)
    private static let text = Encoder.event(
        "contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"Hel"},"p":"abcd"}"#)
    private static let stop = Encoder.event("messageStop", #"{"p":"a","stopReason":"end_turn"}"#)
    private static func metadata(_ usage: String, _ more: String = "") -> [UInt8] {
        Encoder.event(
            "metadata", #"{"metrics":{"latencyMs":1},"p":"ab","usage":\#(usage)\#(more)}"#)
    }
    private static let usage = metadata(
        #"{"inputTokens":3,"outputTokens":5,"totalTokens":8,"serverToolUsage":{}}"#)

    private let time = ScriptedTime()

    private func stream(
        _ attempts: [StreamTransport.Attempt], within limit: Duration = .seconds(60)
    ) async throws -> (events: [ConverseEvent], failure: ConverseFailure?, sent: [HTTPRequest]) {
        let transport = StreamTransport(attempts)
        let client = BedrockRuntimeClient(.scripted(transport, time))
        var events: [ConverseEvent] = []
        do throws(ConverseFailure) {
            let stream = try await client.converseStream(Self.request, within: limit)
            #expect(stream.requestID == "R")
            while let event = try await stream.next() { events.append(event) }
            return (events, nil, transport.requests)
        } catch {
            return (events, error, transport.requests)
        }
    }

    @Test func `text, the end and the usage come in order, and what is new is ignored`()
        async throws
    {
        let outcome = try await stream([
            .stream([
                Encoder.event("messageStart", #"{"role":"assistant"}"#), Self.text,
                Encoder.event("contentBlockDelta", #"{"delta":{"reasoningContent":{"text":"x"}}}"#),
                Encoder.event("contentBlockDelta", #"{"delta":{"toolUse":{"input":"{}"}}}"#),
                Encoder.event("contentBlockDelta", #"{"delta":{"text":""}}"#),
                Encoder.event("somethingNew", "no JSON"),
                Encoder.event("contentBlockDelta", #"{"new":[1],"delta":{"text":"lo"}}"#),
                Encoder.event("contentBlockStop", #"{"contentBlockIndex":0}"#), Self.stop,
                Self.metadata(
                    #"{"inputTokens":3,"outputTokens":5,"totalTokens":37,"cacheReadInputTokens":9,"#
                        + #""cacheWriteInputTokens":20,"cacheDetails":[{"ttl":"1h","inputTokens":12},"#
                        + #"{"ttl":"5m","inputTokens":8},{"ttl":"2d","inputTokens":0}]}"#,
                    #","serviceTier":{"type":"flex"},"trace":{}"#),
            ])
        ])

        #expect(outcome.failure == nil)
        #expect(
            outcome.events == [
                .text("Hel"), .text("lo"), .stop(reason: "end_turn"),
                .usage(
                    ConverseUsage(
                        input: 3, output: 5, total: 37, cacheRead: 9, cacheWrite: 20,
                        oneHourCacheWrite: 12, serviceTier: "flex")),
            ])
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `it does not matter how an answer is cut`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let bytes = Self.text + Self.text + Self.stop + Self.usage
        let parts = bytes.parts(cutAt: random.cuts(of: bytes.count, count: 12)).map { Array($0) }

        let outcome = try await stream([.stream(parts)])

        #expect(outcome.failure == nil)
        #expect(outcome.events.count == 4)
    }

    /// How an answer can go wrong after it has begun.
    @Test(arguments: [
        (StreamTransport.Attempt.stream([text, stop]), ConverseFailure.Kind.endedBeforeUsage),
        (.stream([]), .endedBeforeUsage),
        (.stream([text, Array(usage.dropLast(3))]), .broken),
        (.stream([text], .broken(.broken(reason: "reset"))), .broken),
        (.stream([text], .broken(.timedOut)), .timedOut), (.stream([text], .silence), .timedOut),
        (.stream([text, [0, 0, 0, 16, 0, 0, 0, 0, 1, 2, 3, 4]]), .broken),
        (.stream([Encoder.event("contentBlockDelta", "{")]), .broken),
        (.stream([Encoder.event("throttlingException", "{}", exception: true)]), .failed),
        (
            .stream([
                text, Encoder.event("modelStreamErrorException", "{}", exception: true), usage,
            ]),
            .failed
        ),
        (.stream([Encoder.event("metadata", "{}")]), .unreadableUsage),
        (.stream([Encoder.event("metadata", "{")]), .unreadableUsage),
        (.stream([metadata("null")]), .unreadableUsage),
        (.stream([metadata(#"{"inputTokens":1,"outputTokens":2}"#)]), .unreadableUsage),
        (
            .stream([metadata(#"{"inputTokens":-1,"outputTokens":2,"totalTokens":1}"#)]),
            .unreadableUsage
        ),
        (
            .stream([metadata(#"{"inputTokens":1.5,"outputTokens":2,"totalTokens":3}"#)]),
            .unreadableUsage
        ),
        (
            .stream([metadata(#"{"inputTokens":1e30,"outputTokens":2,"totalTokens":3}"#)]),
            .unreadableUsage
        ),
        (
            .stream([metadata(#"{"inputTokens":"1","outputTokens":2,"totalTokens":3}"#)]),
            .unreadableUsage
        ),
        (
            .stream([
                metadata(
                    #"{"inputTokens":1,"outputTokens":2,"totalTokens":9,"cacheWriteInputTokens":5,"#
                        + #""cacheDetails":[{"ttl":"1h","inputTokens":6}]}"#)
            ]), .unreadableUsage
        ),
    ])
    func `an answer that goes wrong may have been billed, and is not asked for again`(
        attempt: StreamTransport.Attempt, kind: ConverseFailure.Kind
    ) async throws {
        let outcome = try await stream([attempt], within: .milliseconds(300))

        let failure = try #require(outcome.failure)
        #expect(failure.kind == kind)
        #expect(failure.mayBeBilled)
        #expect(failure.requestID == "R")
        #expect(outcome.sent.count == 1)
    }

    @Test(arguments: [StreamTransport.End.broken(.broken(reason: "reset")), .silence, .end])
    func `how an answer ends after its usage does not matter`(end: StreamTransport.End)
        async throws
    {
        let outcome = try await stream([.stream([Self.text + Self.usage, Self.text], end)])

        #expect(outcome.failure == nil)
        #expect(outcome.events.count == 2)
    }

    @Test(arguments: [
        (StreamTransport.Attempt.answer(429, [:], #"{"__type":"ThrottlingException"}"#)),
        .answer(429, ["x-amzn-errortype": "ModelNotReadyException:http://x"]), .answer(503),
        .failure(.notConnected(reason: "refused")),
    ])
    func `what cannot have been billed is asked for again`(attempt: StreamTransport.Attempt)
        async throws
    {
        let outcome = try await stream([attempt, attempt, .stream([Self.text, Self.usage])])

        #expect(outcome.failure == nil)
        #expect(outcome.sent.count == 3)
        #expect(Set(outcome.sent.map { "\($0.payload)" }).count == 1)
    }

    @Test(arguments: [
        (StreamTransport.Attempt.answer(408), ConverseFailure.Kind.timedOut, true),
        (.answer(424, [:], #"{"__type":"ModelErrorException"}"#), .failed, true),
        (.answer(500), .failed, true), (.answer(502), .failed, true),
        (.answer(504), .timedOut, true),
        (.failure(.broken(reason: "reset")), .broken, true), (.failure(.timedOut), .timedOut, true),
        (.answer(200, ["content-type": "text/html"], "<html>"), .broken, true),
        (.answer(400, [:], #"{"__type":"ValidationException"}"#), .refused, false),
        (.answer(403), .refused, false), (.answer(404), .refused, false),
        (.answer(413), .refused, false), (.answer(301), .refused, false),
    ])
    func `everything else is asked for once`(
        attempt: StreamTransport.Attempt, kind: ConverseFailure.Kind, mayBeBilled: Bool
    ) async throws {
        let outcome = try await stream([attempt])

        #expect(outcome.failure?.kind == kind)
        #expect(outcome.failure?.mayBeBilled == mayBeBilled)
        #expect(outcome.sent.count == 1)
    }

    @Test(arguments: [
        (StreamTransport.Attempt.answer(429), ConverseFailure.Kind.throttled),
        (.answer(503), .unavailable), (.failure(.notConnected(reason: "refused")), .unavailable),
    ])
    func `attempts end after four repetitions`(
        attempt: StreamTransport.Attempt, kind: ConverseFailure.Kind
    ) async throws {
        let outcome = try await stream([attempt])

        #expect(outcome.failure?.kind == kind)
        #expect(outcome.failure?.mayBeBilled == false)
        #expect(outcome.sent.count == 5)
    }

    @Test func `attempts end after twenty seconds, and with the call's time`() async throws {
        let late = try await stream([.answer(429, ["retry-after": "25"])])
        #expect(late.failure?.kind == .throttled)
        #expect(late.failure?.retryAfter == .seconds(25))
        #expect(late.sent.count == 1)

        let short = try await stream([.answer(429, ["retry-after": "5"])], within: .seconds(4))
        #expect(short.failure?.kind == .outOfTime)
        #expect(short.failure?.mayBeBilled == false)
    }

    @Test func `a task that is cancelled leaves a call that may be billed`() async throws {
        let client = BedrockRuntimeClient(
            .scripted(StreamTransport([.stream([Self.text], .silence)]), time))
        let task = Task { () -> ConverseFailure? in
            do throws(ConverseFailure) {
                let stream = try await client.converseStream(Self.request, within: .seconds(60))
                while try await stream.next() != nil {}
                return nil
            } catch { return error }
        }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()

        #expect(await task.value?.kind == .cancelled)
    }

    @Test(arguments: [
        (
            "anthropic.claude-3-haiku-20240307-v1:0",
            "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream"
        ),
        (
            "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123def456",
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A111122223333%3Aapplication-inference-profile"
                + "%2Fabc123def456/converse-stream"
        ),
    ])
    func `the model is one segment of the path`(model: String, path: String) async throws {
        let transport = StreamTransport([.stream([Self.usage])])
        var request = Self.request
        request.model = model

        _ = try await BedrockRuntimeClient(.scripted(transport, time))
            .converseStream(request, within: .seconds(5))

        let sent = try #require(transport.requests.first)
        #expect(sent.url == "https://bedrock-runtime.us-east-1.amazonaws.com\(path)")
        #expect(sent.headers["authorization"]?.contains("/us-east-1/bedrock/aws4_request") == true)
    }

    @Test func `the body holds what is given, and nothing else`() async throws {
        let transport = StreamTransport([.stream([Self.usage])])
        let client = BedrockRuntimeClient(.scripted(transport, time))
        var request = Self.request
        _ = try await client.converseStream(request, within: .seconds(5))
        request.messages.append(.init(.assistant, ["a", "\u{ac00}\"/"]))
        request.system = ["s"]
        request.temperature = 0.5
        request.topP = 1
        request.stopSequences = ["x"]
        request.metadata = ["tenant_id": "acme"]
        request.serviceTier = "flex"
        _ = try await client.converseStream(request, within: .seconds(5))

        let bodies = transport.requests.map { request -> String in
            guard case .bytes(let bytes) = request.payload else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(
            bodies[0]
                == #"{"inferenceConfig":{"maxTokens":1000},"messages":[{"content":[{"text":"Hello"}],"role":"user"}]}"#
        )
        #expect(
            bodies[1]
                == #"{"inferenceConfig":{"maxTokens":1000,"stopSequences":["x"],"temperature":0.5,"topP":1},"#
                + #""messages":[{"content":[{"text":"Hello"}],"role":"user"},"#
                + #"{"content":[{"text":"a"},{"text":"\#u{ac00}\"/"}],"role":"assistant"}],"#
                + #""requestMetadata":{"tenant_id":"acme"},"serviceTier":{"type":"flex"},"#
                + #""system":[{"text":"s"}]}"#)
    }

    @Test(arguments: [
        ("acme", true), ("", true), ("a b:@$#=/+,-._", true), ("\u{ac00}", false), ("a;b", false),
        ("a\"b", false), (String(repeating: "a", count: 256), true),
        (String(repeating: "a", count: 257), false), ("e\u{301}", false), ("a*b", false),
    ])
    func `Bedrock takes some texts as metadata`(text: String, isTaken: Bool) {
        #expect(ConverseRequest.isMetadataValue(text) == isTaken)
    }

    @Test func `its endpoint is that of the environment`() throws {
        let environment = try AWSEnvironment.standard([
            "AWS_REGION": "us-east-1", "HOME": "/nowhere",
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://127.0.0.1:9",
        ])

        #expect(environment.endpoint(of: "bedrock-runtime").origin == "http://127.0.0.1:9")
    }
}
