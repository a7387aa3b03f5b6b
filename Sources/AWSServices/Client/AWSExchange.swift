/// A request and the head of the response to it, as errors about what came tell of them.
package struct AWSExchange: Sendable {
    let service: String
    let operation: String
    let resource: String?
    /// Whether the request may have changed something although its result cannot be made out.
    let mayHaveHadEffect: Bool
    let head: ResponseHead

    package var status: Int { head.status }
    /// By names in lower case.
    package var headers: [String: String] { head.headers }

    /// An error about what came.
    func error(
        _ code: String = "UnreadableResponse", _ reason: String? = nil, isRetryable: Bool = false
    ) -> AWSError {
        var error = AWSError(
            service: service, operation: operation, code: code, status: head.status,
            requestID: head.requestID, isRetryable: isRetryable, resource: resource,
            reason: reason)
        error.mayHaveTakenEffect = mayHaveHadEffect
        return error
    }
}
