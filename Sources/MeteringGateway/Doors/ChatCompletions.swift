internal import AWSServices
internal import BedrockMetering

/// OpenAI's shape, `POST /v1/chat/completions`: text in and out.
struct ChatCompletions: ChatDialect {
    func request(_ body: JSONValue) throws(CallError) -> DialectRequest {
        let fields = RequestFields(body: body)
        try refuse(fields)
        var chat = try conversation(fields)
        chat.model = try fields.text("model")
        let newer = try fields.integer("max_completion_tokens")
        let older = try fields.integer("max_tokens")
        chat.maxTokens = newer ?? older
        chat.temperature = try fields.fraction("temperature")
        chat.topP = try fields.fraction("top_p")
        chat.stopSequences = try stopSequences(fields)
        var wantsUsage = false
        if let options = fields.value("stream_options") {
            guard options.members != nil else {
                throw RequestFields.error("stream_options", "must be an object")
            }
            wantsUsage = try RequestFields(body: options).flag("include_usage")
        }
        return DialectRequest(
            chat: chat, streams: try fields.flag("stream"), wantsUsage: wantsUsage)
    }

    /// What would be answered other than it is asked for.
    private func refuse(_ fields: RequestFields) throws(CallError) {
        for name in ["tools", "functions"] {
            if let value = fields.value(name), value.elements?.isEmpty != true {
                throw RequestFields.error(name, "are not taken here")
            }
        }
        if let count = try fields.integer("n"), count != 1 {
            throw RequestFields.error("n", "must be 1")
        }
    }

    private func conversation(_ fields: RequestFields) throws(CallError) -> ChatRequest {
        guard let messages = fields.value("messages") else {
            throw CallError(.missingPrompt, "Missing messages", field: "messages")
        }
        guard let messages = messages.elements, !messages.isEmpty else {
            throw RequestFields.error("messages", "must be a list, and not an empty one")
        }
        var chat = ChatRequest(messages: [])
        for message in messages {
            guard let role = message["role"]?.string else {
                throw RequestFields.error("messages", "must each have a role")
            }
            let texts = try texts(message["content"])
            switch role {
            case "system", "developer": chat.system += texts
            case "user": append(.user, texts, to: &chat)
            case "assistant": append(.assistant, texts, to: &chat)
            default:
                throw RequestFields.error(
                    "messages", "must be of system, developer, user or assistant")
            }
        }
        guard chat.messages.contains(where: { $0.role == .user && !$0.texts.allSatisfy(\.isBlank) })
        else { throw CallError(.invalidPrompt, field: "messages") }
        return chat
    }

    /// Bedrock wants the two sides to take turns.
    private func append(_ role: ChatRequest.Role, _ texts: [String], to chat: inout ChatRequest) {
        guard !texts.isEmpty else { return }
        if let last = chat.messages.indices.last, chat.messages[last].role == role {
            chat.messages[last].texts += texts
        } else {
            chat.messages.append(ChatRequest.Message(role, texts))
        }
    }

    /// The pieces of a message; empty ones, which Bedrock refuses, are left out.
    private func texts(_ content: JSONValue?) throws(CallError) -> [String] {
        switch content {
        case .string(let text): return text.isEmpty ? [] : [text]
        case .array(let parts):
            var texts: [String] = []
            for part in parts {
                guard part["type"]?.string == "text", let text = part["text"]?.string else {
                    throw RequestFields.error("messages", "must have parts of text alone")
                }
                if !text.isEmpty { texts.append(text) }
            }
            return texts
        default:
            throw RequestFields.error("messages", "must each have content: text, or parts of it")
        }
    }

    private func stopSequences(_ fields: RequestFields) throws(CallError) -> [String] {
        switch fields.value("stop") {
        case nil: return []
        case .string(let text)?: return text.isEmpty ? [] : [text]
        case .array(let elements)?:
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else { break }
            return texts.filter { !$0.isEmpty }
        default: break
        }
        throw RequestFields.error("stop", "must be a string, or a list of strings")
    }

    func answer(
        _ call: RunningCall, text: String, _ answer: CallAnswer, _ asked: DialectRequest
    ) -> String {
        let choice = JSONText.object([
            ("index", "0"),
            (
                "message",
                JSONText.object([
                    ("role", "\"assistant\""), ("content", JSONText.quoted(text)),
                ])
            ),
            ("finish_reason", JSONText.quoted(Self.finishReason(answer.stopReason))),
        ])
        return JSONText.object(
            head(call, "chat.completion") + [
                ("choices", JSONText.array([choice])), ("usage", Self.usage(answer.usage)),
            ])
    }

    func beginning(_ call: RunningCall, _ asked: DialectRequest) -> [String] {
        [chunk(call, delta: #"{"role": "assistant", "content": ""}"#, asked)]
    }

    func piece(_ call: RunningCall, _ text: String, _ asked: DialectRequest) -> String {
        chunk(call, delta: JSONText.object([("content", JSONText.quoted(text))]), asked)
    }

    func ending(
        _ call: RunningCall, _ answer: CallAnswer, _ asked: DialectRequest
    ) -> [String] {
        let last = chunk(
            call, delta: "{}", finish: Self.finishReason(answer.stopReason), asked)
        guard asked.wantsUsage else { return [last] }
        return [
            last,
            JSONText.object(
                head(call, "chat.completion.chunk") + [
                    ("choices", "[]"), ("usage", Self.usage(answer.usage)),
                ]),
        ]
    }

    private func chunk(
        _ call: RunningCall, delta: String, finish: String? = nil, _ asked: DialectRequest
    ) -> String {
        let choice = JSONText.object([
            ("index", "0"), ("delta", delta),
            ("finish_reason", finish.map { JSONText.quoted($0) } ?? "null"),
        ])
        var members = head(call, "chat.completion.chunk") + [("choices", JSONText.array([choice]))]
        if asked.wantsUsage { members.append(("usage", "null")) }
        return JSONText.object(members)
    }

    private func head(_ call: RunningCall, _ kind: String) -> [(name: String, json: String)] {
        [
            ("id", JSONText.quoted("chatcmpl-\(call.intent.callID)")),
            ("object", JSONText.quoted(kind)),
            ("created", "\(call.intent.time.microseconds / EventTime.perSecond)"),
            ("model", JSONText.quoted(call.alias)),
        ]
    }

    func error(_ error: CallError) -> String {
        let kind =
            switch error.code.status {
            case 401: "authentication_error"
            case 403: "permission_error"
            case 429: "rate_limit_error"
            case 500...: "server_error"
            default: "invalid_request_error"
            }
        return JSONText.object([
            (
                "error",
                JSONText.object([
                    ("message", JSONText.quoted(error.message)), ("type", JSONText.quoted(kind)),
                    ("param", error.field.map { JSONText.quoted($0) } ?? "null"),
                    ("code", JSONText.quoted(error.code.rawValue)),
                ])
            )
        ])
    }

    private static func finishReason(_ reason: String?) -> String {
        switch reason {
        case "max_tokens", "model_context_window_exceeded": "length"
        case "tool_use": "tool_calls"
        case "content_filtered", "guardrail_intervened": "content_filter"
        default: "stop"
        }
    }

    /// Here input tokens are with cached ones, and at Bedrock without.
    private static func usage(_ usage: ConverseUsage) -> String {
        let prompt = usage.input + usage.cacheRead + usage.cacheWrite
        return JSONText.object([
            ("prompt_tokens", "\(prompt)"), ("completion_tokens", "\(usage.output)"),
            ("total_tokens", "\(prompt + usage.output)"),
            (
                "prompt_tokens_details",
                JSONText.object([("cached_tokens", "\(usage.cacheRead)")])
            ),
        ])
    }
}
