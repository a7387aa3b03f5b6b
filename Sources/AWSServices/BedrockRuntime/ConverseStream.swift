/// A model's answer as it comes. One task at a time reads it.
///
/// It ends, by nil, only after the usage has come. Whoever gives it up before that leaves a call that Bedrock
/// bills in full, and whose usage nobody knows.
package final class ConverseStream: @unchecked Sendable {
    /// Bedrock's id of the call.
    package let requestID: String?

    private let body: HTTPBody
    private let deadline: ContinuousClock.Instant
    private var decoder = EventStreamDecoder()
    private var hasUsage = false
    private var failure: ConverseFailure?

    /// How long the end of the body is waited for after the last event, so that its connection can be used
    /// again.
    private static let patience = Duration.milliseconds(100)

    init(_ body: HTTPBody, requestID: String?, until deadline: ContinuousClock.Instant) {
        self.body = body
        self.requestID = requestID
        self.deadline = deadline
    }

    /// The next event; nil after the one that holds the usage.
    ///
    /// - Throws: ``ConverseFailure`` if the answer ends otherwise; again whenever it is asked then.
    package func next() async throws(ConverseFailure) -> ConverseEvent? {
        if let failure { throw failure }
        if hasUsage { return nil }
        do throws(ConverseFailure) {
            let event = try await read()
            if case .usage = event {
                hasUsage = true
                await end()
            }
            return event
        } catch {
            var error = error
            error.requestID = requestID
            failure = error
            throw error
        }
    }

    private func read() async throws(ConverseFailure) -> ConverseEvent {
        while true {
            while let message = try message() {
                if let event = try ConverseEvent.event(message) { return event }
            }
            guard let chunk = try await chunk(within: deadline - .now) else { break }
            chunk.withUnsafeBytes { decoder.append($0) }
        }
        do throws(EventStreamFault) {
            try decoder.finish()
        } catch {
            throw ConverseFailure(.broken, code: "UnfinishedStream")
        }
        throw ConverseFailure(.endedBeforeUsage, code: "EndBeforeUsage")
    }

    private func message() throws(ConverseFailure) -> EventStreamMessage? {
        do throws(EventStreamFault) {
            return try decoder.next()
        } catch {
            throw ConverseFailure(.broken, code: "UnreadableStream")
        }
    }

    private func chunk(within time: Duration) async throws(ConverseFailure) -> BodyChunk? {
        do {
            return try await Deadline.within(time) { [body] in try await body.next() }
        } catch TransportError.timedOut {
            throw ConverseFailure(.timedOut, code: "TimedOut")
        } catch let error as TransportError {
            throw ConverseFailure(.broken, code: error.code)
        } catch {
            throw ConverseFailure(.cancelled, code: "Cancelled")
        }
    }

    /// Reads to the end. The usage is known, so that nothing that comes now matters.
    private func end() async {
        let end = ContinuousClock.now + Self.patience
        while let chunk = try? await chunk(within: end - .now), chunk.count > 0 {}
    }
}
