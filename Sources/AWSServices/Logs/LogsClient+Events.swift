extension LogsClient {
    /// Makes a log stream; one that is there already is no error.
    ///
    /// - Throws: ``AWSError`` with ``AWSError/isNotFound`` if there is no such log group.
    package func createLogStream(_ stream: String, in group: String) async throws {
        struct Input: Encodable {
            var logGroupName: String
            var logStreamName: String
        }
        struct Output: Decodable {}
        do {
            _ = try await client.call(
                Self.target("CreateLogStream"), Input(logGroupName: group, logStreamName: stream),
                as: Output.self)
        } catch let error as AWSError where error.code == LogsError.alreadyExists {}
    }

    /// Writes events, in as many requests as they need.
    ///
    /// A request whose reply is lost is sent again with the same bytes, so that events may be there twice.
    ///
    /// - Parameters:
    ///   - attemptTime: for one attempt at one request.
    ///   - time: for all attempts at one request.
    /// - Returns: the indices of the events that CloudWatch did not take, in order: it takes none that are
    ///   older than 14 days or the group's retention, or more than two hours ahead, and says so in an answer
    ///   of success; nor any that are empty or over 1 MiB, which are not sent.
    /// - Throws: ``AWSError`` if a request fails; events of those before it are written.
    package func putLogEvents(
        _ events: [LogEvent], to stream: String, in group: String,
        attemptTime: Duration = .seconds(10), time: Duration = .seconds(60)
    ) async throws -> [Int] {
        struct Input: Encodable {
            var logEvents: [LogEvent]
            var logGroupName: String
            var logStreamName: String
        }
        var isTaken = [Bool](repeating: false, count: events.count)
        for batch in LogEvent.batches(of: events) {
            let output = try await client.call(
                Self.target("PutLogEvents"),
                Input(
                    logEvents: batch.map { events[$0] }, logGroupName: group,
                    logStreamName: stream),
                as: PutLogEventsOutput.self, timeout: attemptTime, callTimeout: time)
            let taken = output.rejectedLogEventsInfo?.taken(of: batch.count) ?? batch.indices
            for index in taken { isTaken[batch[index]] = true }
        }
        return events.indices.filter { !isTaken[$0] }
    }
}

private struct PutLogEventsOutput: Decodable {
    var rejectedLogEventsInfo: Rejected?

    /// Which events of a request were not taken: the first ones, the last ones, or both.
    struct Rejected: Decodable {
        /// After the last event that is too old.
        var tooOldLogEventEndIndex: Int?
        /// After the last event that is older than the group keeps any.
        var expiredLogEventEndIndex: Int?
        /// Of the first event that lies too far ahead.
        var tooNewLogEventStartIndex: Int?

        /// What was surely taken of so many events: none if the answer speaks of rejected events, and not of
        /// which.
        ///
        /// The ends are exclusive by the API reference, but not everywhere that speaks its protocol. They
        /// are taken as inclusive: an event that is told twice does no harm, one that is lost does.
        func taken(of count: Int) -> Range<Int> {
            let ends = [tooOldLogEventEndIndex, expiredLogEventEndIndex].compactMap(\.self)
            guard !ends.isEmpty || tooNewLogEventStartIndex != nil else { return 0..<0 }
            let start = ends.max().map { min($0, count) + 1 } ?? 0
            let end = tooNewLogEventStartIndex ?? count
            guard ends.allSatisfy({ (0...count).contains($0) }), start <= end, end <= count else {
                return 0..<0
            }
            return start..<end
        }
    }
}
