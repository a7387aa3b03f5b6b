internal import Foundation

/// Bedrock's models; see the Amazon Bedrock Runtime API reference.
package struct BedrockRuntimeClient: Sendable {
    private let client: AWSClient

    /// - Parameter environment: with a transport that bears long silences, as models think for minutes, and
    ///   has connections for as many calls as there are at once.
    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "bedrock-runtime", signingName: "bedrock")
    }

    /// How long after the first attempt at a call another one may begin. There are as many attempts as other
    /// requests have: the first and four more, unless `AWS_MAX_ATTEMPTS` says otherwise.
    static let retryTime = Duration.seconds(20)

    /// Calls a model, and returns as soon as its answer begins.
    ///
    /// It is called again only if the attempt before cannot have been billed: Bedrock asked for fewer calls
    /// (429), was not there (503), or no connection came about.
    ///
    /// - Parameter time: for all of the call, its answer included.
    package func converseStream(
        _ request: ConverseRequest, within time: Duration
    ) async throws(ConverseFailure) -> ConverseStream {
        let deadline = ContinuousClock.now + time
        do {
            let (exchange, body) = try await client.send(try call(request, within: time)) { head in
                guard let type = head.headers["content-type"], !type.hasPrefix(Self.contentType)
                else { return nil }
                return "it is no event stream"
            }
            return ConverseStream(body, requestID: exchange.head.requestID, until: deadline)
        } catch let error as AWSError {
            throw ConverseFailure(error)
        } catch is CredentialsError {
            throw ConverseFailure(.unavailable, code: "NoCredentials")
        } catch is CancellationError {
            throw ConverseFailure(.cancelled, code: "Cancelled")
        } catch {
            throw ConverseFailure(.unavailable, code: "UnsendableRequest")
        }
    }

    private static let contentType = "application/vnd.amazon.eventstream"

    private func call(_ request: ConverseRequest, within time: Duration) throws -> AWSClient.Call {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let sent = HTTPRequest(
            "POST", client.endpoint, path: request.path,
            headers: ["accept": Self.contentType, "content-type": "application/json"],
            payload: .bytes(Array(try encoder.encode(request))))
        return AWSClient.Call(
            request: sent, operation: "ConverseStream", isRepeatable: false,
            isSafeIfUnavailable: true, timeout: time, callTimeout: time,
            retryTime: Self.retryTime)
    }
}
