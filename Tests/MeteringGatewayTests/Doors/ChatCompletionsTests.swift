import AWSServices
import BedrockMetering
import Foundation
import Testing

@testable import MeteringGateway

@Suite struct ChatCompletionsTests {
    private static func asked(_ json: String) throws -> DialectRequest {
        try ChatCompletions().request(try JSONParser.value(of: Array(json.utf8)))
    }

    @Test(
        arguments: [
            (#"[{"role": "user", "content": "a"}]"#, [], [.init(.user, ["a"])]),
            (
                #"[{"role": "system", "content": "s"}, {"role": "developer", "content": "d"}, {"role": "user", "content": "a"}]"#,
                ["s", "d"], [.init(.user, ["a"])]
            ),
            (
                #"[{"role": "user", "content": "a"}, {"role": "user", "content": [{"type": "text", "text": "b"}, {"type": "text", "text": ""}]}, {"role": "assistant", "content": "c"}, {"role": "user", "content": "d", "name": "x"}]"#,
                [], [.init(.user, ["a", "b"]), .init(.assistant, ["c"]), .init(.user, ["d"])]
            ),
        ] as [(String, [String], [ChatRequest.Message])])
    func `messages become a conversation`(
        messages: String, system: [String], expected: [ChatRequest.Message]
    ) throws {
        let asked = try Self.asked("{\"messages\": \(messages), \"user\": \"x\", \"seed\": 1}")

        #expect(asked.chat.system == system)
        #expect(asked.chat.messages == expected)
    }

    @Test(arguments: [
        "{}", #"{"messages": []}"#, #"{"messages": "a"}"#, #"{"messages": [1]}"#,
        #"{"messages": [{"content": "a"}]}"#, #"{"messages": [{"role": "tool", "content": "a"}]}"#,
        #"{"messages": [{"role": "user"}]}"#, #"{"messages": [{"role": "user", "content": " "}]}"#,
        #"{"messages": [{"role": "system", "content": "a"}]}"#,
        #"{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}"#,
        #"{"messages": [{"role": "user", "content": "a"}], "tools": [{}]}"#,
        #"{"messages": [{"role": "user", "content": "a"}], "functions": [{}]}"#,
        #"{"messages": [{"role": "user", "content": "a"}], "n": 2}"#,
        #"{"messages": [{"role": "user", "content": "a"}], "temperature": 2}"#,
        #"{"messages": [{"role": "user", "content": "a"}], "stop": 1}"#,
        #"{"messages": [{"role": "user", "content": "a"}], "stream_options": true}"#,
    ])
    func `what cannot be answered as asked is refused`(json: String) {
        #expect(throws: CallError.self) { try Self.asked(json) }
    }

    @Test func `parameters reach the model`() throws {
        let asked = try Self.asked(
            #"{"messages": [{"role": "user", "content": "a"}], "model": "haiku", "max_tokens": 5, "max_completion_tokens": 6, "temperature": 0, "top_p": 0.5, "stop": ["x", "y"], "stream": true, "stream_options": {"include_usage": true}, "n": 1, "tools": []}"#
        )

        #expect(asked.streams)
        #expect(asked.wantsUsage)
        #expect(asked.chat.model == "haiku")
        #expect(asked.chat.maxTokens == 6)
        #expect(asked.chat.temperature == 0)
        #expect(asked.chat.topP == 0.5)
        #expect(asked.chat.stopSequences == ["x", "y"])
    }

    private static func answer(_ body: String, _ model: ScriptedModel) async throws -> (Int, String)
    {
        let response = await GatewayServiceTests.service(model).response(
            to: try await GatewayServiceTests.request("POST", "/v1/chat/completions", body: body))
        return (response.status, await GatewayServiceTests.text(response))
    }

    @Test func `an answer has the shape that clients know`() async throws {
        let (status, text) = try await Self.answer(
            #"{"messages": [{"role": "user", "content": "Hi"}]}"#,
            ScriptedModel(saying: ["Hel", "lo"]))

        #expect(status == 200)
        #expect(
            text
                == #"{"id": "chatcmpl-c-1", "object": "chat.completion", "created": 1765070625, "model": "haiku", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 17, "completion_tokens": 5, "total_tokens": 22, "prompt_tokens_details": {"cached_tokens": 4}}}"#
        )
    }

    @Test func `a stream has the shape that clients know`() async throws {
        let (_, text) = try await Self.answer(
            #"{"messages": [{"role": "user", "content": "Hi"}], "stream": true, "stream_options": {"include_usage": true}}"#,
            ScriptedModel(saying: ["Hi"]))

        let head =
            #"data: {"id": "chatcmpl-c-1", "object": "chat.completion.chunk", "created": 1765070625, "model": "haiku", "#
        #expect(
            text.components(separatedBy: "\n\n") == [
                head
                    + #""choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}], "usage": null}"#,
                head
                    + #""choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": null}], "usage": null}"#,
                head
                    + #""choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": null}"#,
                head
                    + #""choices": [], "usage": {"prompt_tokens": 17, "completion_tokens": 5, "total_tokens": 22, "prompt_tokens_details": {"cached_tokens": 4}}}"#,
                "data: [DONE]", "",
            ])
    }

    @Test(arguments: [
        ("end_turn", "stop"), ("stop_sequence", "stop"), ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"), ("tool_use", "tool_calls"),
        ("content_filtered", "content_filter"), ("guardrail_intervened", "content_filter"),
        ("something_new", "stop"),
    ])
    func `a reason to stop is told in the words of clients`(reason: String, expected: String)
        async throws
    {
        let (_, text) = try await Self.answer(
            #"{"messages": [{"role": "user", "content": "Hi"}]}"#,
            ScriptedModel([.event(.stop(reason: reason)), .event(.usage(CallFixtures.usage))]))

        #expect(text.contains("\"finish_reason\": \"\(expected)\""))
    }

    @Test func `an error has the shape that clients know`() async throws {
        let (status, text) = try await Self.answer(
            #"{"messages": [{"role": "user", "content": "Hi"}], "model": "x"}"#, ScriptedModel([]))

        #expect(status == 404)
        #expect(
            text
                == #"{"error": {"message": "There is no such model", "type": "invalid_request_error", "param": "model", "code": "model_not_found"}}"#
        )
    }
}
