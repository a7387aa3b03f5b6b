internal import Foundation

/// Sends signed requests to one service, again where that is safe and may help.
package struct AWSClient: Sendable {
    package let environment: AWSEnvironment
    /// The name of the service in endpoints, such as `logs`.
    package let service: String
    /// Its name in signatures, where that is another one.
    package let signingName: String
    let budget = RetryBudget()
    let skew = ClockSkew()

    package init(_ environment: AWSEnvironment, service: String, signingName: String? = nil) {
        self.environment = environment
        self.service = service
        self.signingName = signingName ?? service
    }

    package var endpoint: Endpoint { environment.endpoint(of: service) }

    /// A response that has come as a whole.
    package struct Reply: Sendable {
        package let status: Int
        /// By names in lower case.
        package let headers: [String: String]
        package let bytes: [UInt8]
    }

    /// Signs and sends a request, and returns a response with a status below 300, whose body is still to
    /// be read.
    ///
    /// - Parameters:
    ///   - operation: its name, for errors.
    ///   - isRepeatable: whether a repetition does no harm where the first one had its effect. Where it
    ///     does, the request is repeated only if the service cannot have seen it or refused it.
    ///   - timeout: of each attempt, until the response's headers have come.
    ///   - callTimeout: of all attempts and the waits between them.
    ///   - resource: what the request is about, for errors.
    ///   - fault: what is wrong with a response's headers; nil where they are in order.
    /// - Throws: ``AWSError``, ``CredentialsError``, or `CancellationError`.
    package func send(
        _ request: HTTPRequest, _ operation: String, isRepeatable: Bool = true,
        timeout: Duration = .seconds(60), callTimeout: Duration = .seconds(600),
        resource: String? = nil, fault: (HTTPResponse) -> String? = { _ in nil }
    ) async throws -> HTTPResponse {
        let call = Call(
            request: request, operation: operation, isRepeatable: isRepeatable,
            timeout: timeout, callTimeout: callTimeout, resource: resource)
        return try await perform(call) { response, _ in
            if let reason = fault(response) {
                throw RequestFailure(unreadable: response, reason: reason)
            }
            return response
        }
    }

    /// Signs and sends a request, and returns a response with a status below 300 and its body, which is
    /// asked for again where it does not come as a whole or holds an error.
    ///
    /// - Parameters:
    ///   - timeout: of each attempt, until the whole response has come.
    ///   - limit: what the body may hold, in bytes.
    ///   - isError: whether a body that came with a status of success tells of an error.
    /// - Throws: ``AWSError``, ``CredentialsError``, or `CancellationError`.
    package func receive(
        _ request: HTTPRequest, _ operation: String, isRepeatable: Bool = true,
        timeout: Duration = .seconds(60), callTimeout: Duration = .seconds(600),
        resource: String? = nil, limit: Int = 64 << 20,
        isError: @Sendable ([UInt8]) -> Bool = { _ in false }
    ) async throws -> Reply {
        let call = Call(
            request: request, operation: operation, isRepeatable: isRepeatable,
            timeout: timeout, callTimeout: callTimeout, resource: resource)
        return try await perform(call) { response, deadline in
            var bytes: [UInt8] = []
            while let chunk = try await response.body.next() {
                guard bytes.count + chunk.count <= limit else {
                    throw RequestFailure(
                        code: "ResponseTooLong", status: response.status,
                        reason: "more than \(limit) bytes")
                }
                chunk.withUnsafeBytes { bytes.append(contentsOf: $0) }
                guard environment.retries.now() < deadline else { throw TransportError.timedOut }
            }
            if isError(bytes) {
                throw RequestFailure(
                    AWSErrorBody(bytes), status: response.status, headers: response.headers,
                    method: request.method, now: environment.retries.now())
            }
            return Reply(status: response.status, headers: response.headers, bytes: bytes)
        }
    }

    /// Calls an operation of the protocol awsJson.
    ///
    /// - Parameters:
    ///   - target: the value of `X-Amz-Target`, such as `AWSGlue.CreateTable`.
    ///   - version: 1.0 or 1.1.
    package func call<Output: Decodable>(
        _ target: String, _ input: some Encodable, as output: Output.Type,
        version: String = "1.1", isRepeatable: Bool = true
    ) async throws -> Output {
        let operation = String(target.split(separator: ".").last ?? "")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let request = HTTPRequest(
            "POST", endpoint,
            headers: [
                "content-type": "application/x-amz-json-\(version)", "x-amz-target": target,
            ],
            payload: .bytes(Array(try encoder.encode(input)))
        )
        let reply = try await receive(request, operation, isRepeatable: isRepeatable)
        do {
            return try JSONDecoder().decode(
                Output.self, from: Data(reply.bytes.isEmpty ? [0x7b, 0x7d] : reply.bytes))
        } catch {
            var error = AWSError(
                service: service, operation: operation, code: "UnreadableResponse",
                status: reply.status, requestID: reply.headers["x-amzn-requestid"])
            error.mayHaveTakenEffect = true
            throw error
        }
    }
}
