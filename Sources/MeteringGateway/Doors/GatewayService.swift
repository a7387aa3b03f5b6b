internal import AWSServices
internal import BedrockMetering
internal import Foundation

/// Answers requests, whichever door they come through.
package struct GatewayService: Sendable {
    private let authenticator: Authenticator
    package let calls: CallService
    private let cors: CORSPolicy
    private let makeID: @Sendable () -> String
    package let metrics = GatewayMetrics()

    package init(
        authenticator: Authenticator, calls: CallService,
        makeID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) {
        self.authenticator = authenticator
        self.calls = calls
        cors = CORSPolicy(settings: calls.configuration.cors)
        self.makeID = makeID
    }

    /// Has the issuer's keys fetched, again and again until they are there.
    package func loadKeys() async {
        while await !authenticator.isReady, !Task.isCancelled {
            await authenticator.load()
            if await authenticator.isReady { return }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// The answer to a request. It always has an `x-request-id`, which for a call is the call's id.
    package func response(to request: GatewayRequest) async -> GatewayResponse {
        let start = ContinuousClock.now
        let id = makeID()
        let origin = request.values("origin").first
        let dialect: any ChatDialect =
            request.path.hasPrefix("/v1/") ? ChatCompletions() : BedrockChat()
        var response: GatewayResponse
        var code: CallError.Code?
        if request.method == "OPTIONS" {
            response = GatewayResponse(
                status: 204, headers: cors.preflightHeaders(origin: origin))
        } else {
            do throws(CallError) {
                response = try await answer(request, id: id, dialect)
            } catch {
                response = Self.response(to: error, dialect)
                code = error.code
            }
        }
        response.headers += cors.headers(origin: origin)
        response.headers.append(("x-request-id", id))
        metrics.count(
            path: Route(rawValue: request.path)?.rawValue ?? "other", status: response.status,
            code: code, time: .now - start)
        return response
    }

    private static func response(
        to error: CallError, _ dialect: any ChatDialect
    ) -> GatewayResponse {
        var response = GatewayResponse.json(error.code.status, dialect.error(error))
        if let seconds = error.retryAfterSeconds {
            response.headers.append(("retry-after", "\(seconds)"))
        }
        if error.code.status == 401 { response.headers.append(("www-authenticate", "Bearer")) }
        if error.code == .methodNotAllowed, let method = error.field {
            response.headers.append(("allow", "\(method), OPTIONS"))
        }
        return response
    }

    /// What is at a path.
    private enum Route: String {
        case health = "/health"
        case ready = "/ready"
        case models = "/v1/models"
        case usage = "/v1/usage"
        case chat = "/bedrock/chat"
        case completions = "/v1/chat/completions"

        var method: String {
            switch self {
            case .health, .ready, .models, .usage: "GET"
            case .chat, .completions: "POST"
            }
        }
    }

    private func answer(
        _ request: GatewayRequest, id: String, _ dialect: any ChatDialect
    ) async throws(CallError) -> GatewayResponse {
        guard let route = Route(rawValue: request.path) else { throw CallError(.notFound) }
        guard request.method == route.method else {
            throw CallError(.methodNotAllowed, field: route.method)
        }
        switch route {
        case .health: return .json(200, #"{"status": "ok"}"#)
        case .ready: return await readiness()
        case .models: return try models(of: try await caller(request))
        case .usage: return try await usage(of: try await caller(request))
        case .chat, .completions:
            let caller = try await caller(request)
            // Before the body is read: who may not call sends no megabyte.
            _ = try calls.rules(of: caller)
            let asked = try dialect.request(try await body(of: request))
            let call = try calls.begin(asked.chat, id: id, of: caller, client: request.client)
            return try await Self.response(to: call, asked, dialect)
        }
    }

    private func caller(_ request: GatewayRequest) async throws(CallError) -> Caller {
        do throws(AuthenticationFailure) {
            return try await authenticator.caller(authorization: request.values("authorization"))
        } catch {
            throw CallError(error)
        }
    }

    private func body(of request: GatewayRequest) async throws(CallError) -> JSONValue {
        let types = request.values("content-type")
        let isJSON = types.allSatisfy { type in
            let name = type.prefix { $0 != ";" }.lowercased()
            return name.split(separator: " ").joined() == "application/json"
        }
        guard isJSON, types.count < 2 else { throw CallError(.unsupportedMediaType) }
        let limit = calls.configuration.limits.maxBodyBytes
        if let size = request.values("content-length").first.flatMap({ Int($0) }), size > limit {
            throw CallError(.bodyTooLarge)
        }
        let bytes: [UInt8]?
        do {
            bytes = try await request.body(limit)
        } catch {
            throw CallError(.invalidJSON, "The body did not come as a whole")
        }
        guard let bytes else { throw CallError(.bodyTooLarge) }
        guard let value = try? JSONParser.value(of: bytes), value.members != nil else {
            throw CallError(.invalidJSON)
        }
        return value
    }

    private func readiness() async -> GatewayResponse {
        let hasKeys = await authenticator.isReady
        let isWritable = calls.isReady
        let members = [("keys", "\(hasKeys)"), ("usage", "\(isWritable)")]
        return .json(hasKeys && isWritable ? 200 : 503, JSONText.object(members))
    }

    private func models(of caller: Caller) throws(CallError) -> GatewayResponse {
        let models = try calls.models(of: caller).map { alias in
            JSONText.object([
                ("id", JSONText.quoted(alias)), ("object", "\"model\""), ("created", "0"),
                ("owned_by", "\"bedrock\""),
            ])
        }
        return .json(
            200, JSONText.object([("object", "\"list\""), ("data", JSONText.array(models))]))
    }

    private func usage(of caller: Caller) async throws(CallError) -> GatewayResponse {
        let (usage, rules) = try await calls.usage(of: caller)
        func period(_ sum: TenantUsage.Sum, _ limit: Int?) -> String {
            JSONText.object([
                ("date", JSONText.quoted(sum.date)), ("requests", "\(sum.requests)"),
                ("tokens", "\(sum.tokens)"), ("limit", limit.map { "\($0)" } ?? "null"),
            ])
        }
        return .json(
            200,
            JSONText.object([
                ("provisional", "true"), ("day", period(usage.day, rules.tokensPerDay)),
                ("month", period(usage.month, rules.tokensPerMonth)),
            ]))
    }

    /// The answer of a call: as a whole when its line is durable, or as events once the model has begun, so
    /// that a call that it refuses has a status of its own.
    private static func response(
        to call: RunningCall, _ asked: DialectRequest, _ dialect: any ChatDialect
    ) async throws(CallError) -> GatewayResponse {
        var output = call.output.makeAsyncIterator()
        var text = ""
        while let item = await output.next() {
            switch item {
            case .text where asked.streams:
                return events(
                    ServerSentEvents(call: call, dialect: dialect, asked: asked)
                        .bytes(after: item, output))
            case .text(let piece): text += piece
            case .end(.answered) where asked.streams:
                return events(
                    ServerSentEvents(call: call, dialect: dialect, asked: asked)
                        .bytes(after: item, output))
            case .end(.answered(let answer)):
                return .json(200, dialect.answer(call, text: text, answer, asked))
            case .end(.failed(let error)): throw error
            }
        }
        throw CallError(.upstreamFailed)
    }

    private static func events(_ bytes: AsyncStream<[UInt8]>) -> GatewayResponse {
        GatewayResponse(
            status: 200,
            headers: [
                ("content-type", "text/event-stream; charset=utf-8"),
                ("cache-control", "no-cache"), ("x-accel-buffering", "no"),
            ],
            body: .events(bytes))
    }
}
