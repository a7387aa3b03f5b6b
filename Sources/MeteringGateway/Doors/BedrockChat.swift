internal import AWSServices
internal import BedrockMetering

/// The contract of `POST /bedrock/chat`: `{"prompt": "…"}` in, `{"response": "…"}` out.
struct BedrockChat: ChatDialect {
    func request(_ body: JSONValue) throws(CallError) -> DialectRequest {
        let fields = RequestFields(body: body)
        guard let prompt = fields.value("prompt") else {
            throw CallError(.missingPrompt, field: "prompt")
        }
        // A list would be taken for blocks of content, of which not all are text.
        guard let prompt = prompt.string else {
            throw CallError(.invalidPrompt, "prompt must be a string", field: "prompt")
        }
        guard !prompt.isEmpty else { throw CallError(.missingPrompt, field: "prompt") }
        guard !prompt.isBlank else { throw CallError(.invalidPrompt, field: "prompt") }
        var chat = ChatRequest(messages: [ChatRequest.Message(.user, [prompt])])
        chat.model = try fields.text("model")
        chat.maxTokens = try fields.integer("max_tokens")
        chat.temperature = try fields.fraction("temperature")
        chat.system = try fields.text("system").map { $0.isEmpty ? [] : [$0] } ?? []
        return DialectRequest(
            chat: chat, streams: try fields.flag("stream"), wantsUsage: try fields.flag("usage"))
    }

    func answer(
        _ call: RunningCall, text: String, _ answer: CallAnswer, _ asked: DialectRequest
    ) -> String {
        var members = [("response", JSONText.quoted(text))]
        if asked.wantsUsage { members.append(("usage", Self.usage(answer.usage))) }
        return JSONText.object(members)
    }

    func beginning(_ call: RunningCall, _ asked: DialectRequest) -> [String] { [] }

    func piece(_ call: RunningCall, _ text: String, _ asked: DialectRequest) -> String {
        JSONText.object([("response", JSONText.quoted(text))])
    }

    func ending(
        _ call: RunningCall, _ answer: CallAnswer, _ asked: DialectRequest
    ) -> [String] {
        asked.wantsUsage ? [JSONText.object([("usage", Self.usage(answer.usage))])] : []
    }

    func error(_ error: CallError) -> String {
        JSONText.object([
            ("error", JSONText.quoted(error.message)),
            ("code", JSONText.quoted(error.code.rawValue)),
        ])
    }

    private static func usage(_ usage: ConverseUsage) -> String {
        JSONText.object([
            ("input_tokens", "\(usage.input)"), ("output_tokens", "\(usage.output)"),
            ("total_tokens", "\(usage.total)"),
            ("cache_read_input_tokens", "\(usage.cacheRead)"),
            ("cache_write_input_tokens", "\(usage.cacheWrite)"),
        ])
    }
}
