/// Sends requests to one service, again where that is safe and may help.
package struct AWSClient: Sendable {
    package let environment: AWSEnvironment
    /// The name of the service in endpoints and signatures, such as `logs`.
    package let service: String
    /// The name of the service in signatures, where that is another one.
    let signingName: String
    let budget = RetryBudget()
    let skew = ClockSkew()

    package init(
        _ environment: AWSEnvironment, service: String, signingName: String? = nil
    ) {
        self.environment = environment
        self.service = service
        self.signingName = signingName ?? service
    }

    /// What an answer may hold that tells of one thing, in bytes.
    package static let smallAnswer = 1 << 20
    /// What a page of answers may hold: a thousand rows or partitions with room for long names.
    package static let pageAnswer = 16 << 20

    package var endpoint: Endpoint { environment.endpoint(of: service) }

    /// A response that has come as a whole.
    package struct Reply: Sendable {
        package let exchange: AWSExchange
        package let bytes: [UInt8]

        package var status: Int { exchange.status }
        /// By names in lower case.
        package var headers: [String: String] { exchange.headers }
    }

    /// Signs and sends a request, and returns a response with a status below 300, whose body is still to
    /// be read.
    ///
    /// - Parameters:
    ///   - operation: its name, for errors.
    ///   - resource: what the request is about, for errors.
    ///   - fault: what is wrong with a response's headers; nil where they are in order.
    /// - Throws: ``AWSError``, ``CredentialsError``, or `CancellationError`.
    package func send(
        _ request: HTTPRequest, _ operation: String, resource: String? = nil,
        fault: @escaping @Sendable (ResponseHead) -> String?
    ) async throws -> (exchange: AWSExchange, body: HTTPBody) {
        try await send(
            Call(request: request, operation: operation, resource: resource), fault: fault)
    }

    func send(
        _ call: Call, fault: @escaping @Sendable (ResponseHead) -> String?
    ) async throws -> (exchange: AWSExchange, body: HTTPBody) {
        let response = try await perform(call) { response in
            if let reason = fault(response.head) {
                throw RequestFailure(unreadable: response.head, of: call.request, reason: reason)
            }
            return response
        }
        return (exchange(call, response.head), response.body)
    }

    /// Signs and sends a request, and returns a response with a status below 300 and its body, which is
    /// asked for again where it does not come as a whole or holds an error.
    ///
    /// - Parameters:
    ///   - operation: its name, for errors.
    ///   - isRepeatable: whether a repetition does no harm where the first one had its effect. Where it
    ///     does, the request is repeated only if the service cannot have seen it or refused it.
    ///   - timeout: of each attempt, until the whole response has come.
    ///   - callTimeout: of all attempts and the waits between them.
    ///   - resource: what the request is about, for errors.
    ///   - limit: what the body may hold, in bytes.
    ///   - isError: whether a body that came with a status of success tells of an error.
    /// - Throws: ``AWSError``, ``CredentialsError``, or `CancellationError`.
    package func receive(
        _ request: HTTPRequest, _ operation: String, isRepeatable: Bool = true,
        timeout: Duration = .seconds(60), callTimeout: Duration = .seconds(600),
        resource: String? = nil, limit: Int = smallAnswer,
        isError: @escaping @Sendable ([UInt8]) -> Bool = { _ in false }
    ) async throws -> Reply {
        let call = Call(
            request: request, operation: operation, isRepeatable: isRepeatable,
            timeout: timeout, callTimeout: callTimeout, resource: resource)
        let (head, bytes) = try await perform(call) { response in
            let bytes = try await response.bytes(upTo: limit)
            if isError(bytes) {
                throw RequestFailure(
                    AWSErrorBody(bytes), response.head, of: request,
                    now: environment.retries.now())
            }
            return (response.head, bytes)
        }
        return Reply(exchange: exchange(call, head), bytes: bytes)
    }

    private func exchange(_ call: Call, _ head: ResponseHead) -> AWSExchange {
        AWSExchange(
            service: service, operation: call.operation, resource: call.resource,
            mayHaveHadEffect: call.request.mayHaveHadEffect(status: head.status), head: head)
    }
}
