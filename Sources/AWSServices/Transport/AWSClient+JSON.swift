internal import Foundation

extension AWSClient {
    /// Calls an operation of the protocol awsJson 1.1.
    ///
    /// - Parameter target: the value of `X-Amz-Target`, such as `AWSGlue.CreateTable`.
    package func call<Output: Decodable>(
        _ target: String, _ input: some Encodable, as output: Output.Type,
        isRepeatable: Bool = true
    ) async throws -> Output {
        try await answer(target, input, as: output, isRepeatable: isRepeatable).output
    }

    /// Calls an operation as often as there are pages of its result, which it returns in order.
    ///
    /// - Parameters:
    ///   - token: of the input, what asks for a page other than the first.
    ///   - nextToken: of the output, what asks for the next page; nil or empty on the last one.
    /// - Throws: ``AWSError``, also where the service sends its reader round in a circle.
    package func pages<Input: Encodable, Output: Decodable>(
        _ target: String, _ input: Input, as output: Output.Type,
        token: WritableKeyPath<Input, String?>, nextToken: KeyPath<Output, String?>
    ) async throws -> [Output] {
        var input = input
        var tokens = PageTokens()
        var pages: [Output] = []
        while true {
            try Task.checkCancellation()
            let (page, exchange) = try await answer(target, input, as: output, isRepeatable: true)
            pages.append(page)
            guard let next = page[keyPath: nextToken], !next.isEmpty else { return pages }
            input[keyPath: token] = try tokens.following(next, exchange)
        }
    }

    func answer<Output: Decodable>(
        _ target: String, _ input: some Encodable, as output: Output.Type, isRepeatable: Bool
    ) async throws -> (output: Output, exchange: AWSExchange) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let request = HTTPRequest(
            "POST", endpoint,
            headers: ["content-type": "application/x-amz-json-1.1", "x-amz-target": target],
            payload: .bytes(Array(try encoder.encode(input)))
        )
        let reply = try await receive(
            request, String(target.split(separator: ".").last ?? ""), isRepeatable: isRepeatable)
        let json = reply.bytes.isEmpty ? Array("{}".utf8) : reply.bytes
        guard let output = try? JSONDecoder().decode(Output.self, from: Data(json)) else {
            throw reply.exchange.error()
        }
        return (output, reply.exchange)
    }
}
