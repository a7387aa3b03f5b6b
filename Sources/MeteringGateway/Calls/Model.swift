package import AWSServices

/// Answers calls: Bedrock, or a script of a test.
package protocol Model: Sendable {
    /// The region that is called.
    var region: String { get }

    /// Sends a request, and returns as soon as its answer begins. Attempts that cannot have been billed are
    /// made again.
    func answer(
        to request: ConverseRequest, within time: Duration
    ) async throws(ConverseFailure) -> any ModelAnswer
}

/// An answer as it comes.
package protocol ModelAnswer: Sendable {
    /// Bedrock's id of the call.
    var requestID: String? { get }

    /// The next event; nil after the usage.
    func next() async throws(ConverseFailure) -> ConverseEvent?
}

/// Bedrock's models.
package struct BedrockModel: Model {
    package let region: String
    private let client: BedrockRuntimeClient

    package init(_ environment: AWSEnvironment) {
        region = environment.region
        client = BedrockRuntimeClient(environment)
    }

    package func answer(
        to request: ConverseRequest, within time: Duration
    ) async throws(ConverseFailure) -> any ModelAnswer {
        try await client.converseStream(request, within: time)
    }
}

extension ConverseStream: ModelAnswer {}
