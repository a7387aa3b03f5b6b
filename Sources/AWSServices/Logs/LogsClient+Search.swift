extension LogsClient {
    /// The messages of a group that hold a term, in the order in which CloudWatch has them.
    ///
    /// - Parameters:
    ///   - term: a run of letters, digits and dashes.
    ///   - times: of the events, in milliseconds since 1970.
    /// - Complexity: CloudWatch looks through all events of the time.
    package func messages(
        holding term: String, in group: String, during times: ClosedRange<Int64>
    ) async throws -> [String] {
        struct Input: Encodable {
            var endTime: Int64
            var filterPattern: String
            var logGroupName: String
            var nextToken: String?
            var startTime: Int64
        }
        struct Output: Decodable {
            struct Event: Decodable {
                var message: String?
            }
            var events: [Event]?
            var nextToken: String?
        }
        // Pages may be empty though others follow.
        let pages = try await client.pages(
            Self.target("FilterLogEvents"),
            Input(
                endTime: times.upperBound, filterPattern: "\"\(term)\"", logGroupName: group,
                startTime: times.lowerBound),
            as: Output.self, token: \.nextToken, nextToken: \.nextToken
        ) { $0.events?.count ?? 0 }
        return pages.flatMap { $0.events ?? [] }.compactMap(\.message)
            .filter { $0.utf8.firstRange(of: term.utf8) != nil }
    }
}
