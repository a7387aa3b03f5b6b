internal import Foundation

extension AWSClient {
    /// The types of content that tell the versions of awsJson apart.
    package enum JSONVersion: String, Sendable {
        case v1_0 = "application/x-amz-json-1.0"
        case v1_1 = "application/x-amz-json-1.1"
    }

    /// Calls an operation of the protocol awsJson, 1.1 unless another version is named.
    ///
    /// - Parameters:
    ///   - target: the value of `X-Amz-Target`, such as `AWSGlue.CreateTable`.
    ///   - limit: what the answer may hold, in bytes.
    package func call<Output: Decodable>(
        _ target: String, _ input: some Encodable, as output: Output.Type,
        isRepeatable: Bool = true, version: JSONVersion = .v1_1, timeout: Duration = .seconds(60),
        callTimeout: Duration = .seconds(600), limit: Int = smallAnswer
    ) async throws -> Output {
        try await answer(
            target, input, as: output, isRepeatable: isRepeatable, version: version,
            timeout: timeout, callTimeout: callTimeout, limit: limit
        ).output
    }

    /// Calls an operation as often as there are pages of its result, which it returns in order.
    ///
    /// - Parameters:
    ///   - token: of the input, what asks for a page other than the first.
    ///   - nextToken: of the output, what asks for the next page; nil or empty on the last one.
    ///   - items: of the output, how many of what is asked for it holds.
    /// - Throws: ``AWSError``, also where there is no end to the pages; see ``PageTokens``.
    package func pages<Input: Encodable, Output: Decodable>(
        _ target: String, _ input: Input, as output: Output.Type,
        token: WritableKeyPath<Input, String?>, nextToken: KeyPath<Output, String?>,
        items: (Output) -> Int
    ) async throws -> [Output] {
        var input = input
        var tokens = PageTokens(environment.retries)
        var pages: [Output] = []
        while true {
            try Task.checkCancellation()
            let (page, reply) = try await answer(
                target, input, as: output, isRepeatable: true, limit: Self.pageAnswer)
            pages.append(page)
            guard let next = page[keyPath: nextToken], !next.isEmpty else { return pages }
            input[keyPath: token] = try tokens.following(
                next, reply, isNew: items(page) > 0)
        }
    }

    func answer<Output: Decodable>(
        _ target: String, _ input: some Encodable, as output: Output.Type, isRepeatable: Bool,
        version: JSONVersion = .v1_1, timeout: Duration = .seconds(60),
        callTimeout: Duration = .seconds(600), limit: Int
    ) async throws -> (output: Output, reply: Reply) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let request = HTTPRequest(
            "POST", endpoint,
            headers: ["content-type": version.rawValue, "x-amz-target": target],
            payload: .bytes(Array(try encoder.encode(input)))
        )
        let reply = try await receive(
            request, String(target.split(separator: ".").last ?? ""), isRepeatable: isRepeatable,
            timeout: timeout, callTimeout: callTimeout, limit: limit)
        let json = reply.bytes.isEmpty ? Array("{}".utf8) : reply.bytes
        guard let output = ServiceJSON.value(Output.self, of: json) else {
            throw reply.exchange.error(
                "UnreadableResponse", "the response is not the JSON that it should be")
        }
        return (output, reply)
    }
}
