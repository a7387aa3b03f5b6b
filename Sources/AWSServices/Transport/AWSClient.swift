internal import Foundation

/// Sends signed requests to one service, again where that is safe and may help.
package struct AWSClient: Sendable {
    package let environment: AWSEnvironment
    /// The name of the service in endpoints, such as `logs`.
    package let service: String
    /// Its name in signatures, where that is another one.
    package let signingName: String

    package init(_ environment: AWSEnvironment, service: String, signingName: String? = nil) {
        self.environment = environment
        self.service = service
        self.signingName = signingName ?? service
    }

    package var endpoint: Endpoint { environment.endpoint(of: service) }

    /// Signs and sends a request, and returns a response with a status below 300.
    ///
    /// - Parameters:
    ///   - operation: its name, for errors.
    ///   - isRepeatable: whether a repetition does no harm where the first one had its effect.
    /// - Throws: ``AWSError``, or ``CredentialsError``.
    package func send(
        _ request: HTTPRequest, _ operation: String, isRepeatable: Bool = true,
        timeout: Duration = .seconds(60)
    ) async throws -> HTTPResponse {
        var request = request
        let signer = SignatureV4(
            credentials: try await environment.credentials.credentials(),
            region: environment.region, service: signingName
        )
        signer.sign(&request, at: Date())
        let response: HTTPResponse
        do {
            response = try await environment.transport.send(request, timeout: timeout)
        } catch let error where !(error is CancellationError) {
            throw AWSError(
                service: service, operation: operation, code: "ConnectionFailed",
                isRetryable: isRepeatable
            )
        }
        guard response.status >= 300 else { return response }
        let body = try await response.bytes(upTo: 1 << 20)
        throw AWSError(
            service: service, operation: operation, code: AWSErrorCode.code(in: body, response),
            status: response.status,
            requestID: response.headers["x-amzn-requestid"] ?? response.headers["x-amz-request-id"],
            isRetryable: response.status >= 500 || response.status == 429
        )
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
        let response = try await send(request, operation, isRepeatable: isRepeatable)
        let bytes = try await response.bytes(upTo: 64 << 20)
        do {
            return try JSONDecoder().decode(
                Output.self, from: Data(bytes.isEmpty ? [0x7b, 0x7d] : bytes))
        } catch {
            throw AWSError(
                service: service, operation: operation, code: "UnreadableResponse",
                status: response.status
            )
        }
    }
}

/// Finds the code in the body of an error.
enum AWSErrorCode {
    private struct JSONError: Decodable {
        var __type: String?
        var code: String?
    }

    static func code(in body: [UInt8], _ response: HTTPResponse) -> String {
        if let header = response.headers["x-amzn-errortype"] { return name(header) }
        if let error = try? JSONDecoder().decode(JSONError.self, from: Data(body)),
            let code = error.__type ?? error.code
        {
            return name(code)
        }
        let text = String(decoding: body, as: UTF8.self)
        if let start = text.range(of: "<Code>"),
            let end = text.range(of: "</Code>", range: start.upperBound..<text.endIndex)
        {
            return String(text[start.upperBound..<end.lowerBound])
        }
        return "HTTP\(response.status)"
    }

    /// `Name` of `namespace#Name:http://…`.
    private static func name(_ text: String) -> String {
        let last = text.split(separator: "#").last ?? ""
        return String(last.split(separator: ":").first ?? "")
    }
}
