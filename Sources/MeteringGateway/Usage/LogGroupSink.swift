package import AWSServices
package import Foundation
internal import Synchronization

/// A log group of CloudWatch, in a stream of this process's own.
package final class LogGroupSink: UsageSink {
    private let client: LogsClient
    private let group: String
    private let stream: String
    private let attemptTime: Duration
    private let time: Duration
    private let now: @Sendable () -> Date
    private let hasStream = Mutex(false)

    /// - Parameters:
    ///   - time: for all attempts at one delivery.
    ///   - now: when the process began, and what the time is later.
    package init(
        _ client: LogsClient, group: String, attemptTime: Duration = .seconds(5),
        time: Duration = .seconds(15), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.client = client
        self.group = group
        self.attemptTime = attemptTime
        self.time = time
        self.now = now
        let day = now().formatted(.iso8601.year().month().day())
        stream = "gateway/\(day)/\(UUID().uuidString.lowercased())"
    }

    package var name: String { "log group \(group)" }

    package func deliver(_ events: [UsageEvent]) async throws -> [Int] {
        let now = Int64(now().timeIntervalSince1970 * 1000)
        let range = now - Self.oldest...now + Self.newest
        let logEvents = events.map { event in
            // What is older was kept here while CloudWatch was not to be had. The line has its own time.
            let time = event.milliseconds ?? now
            return LogEvent(
                timestamp: min(max(time, range.lowerBound), range.upperBound), message: event.text)
        }
        do {
            return try await put(logEvents)
        } catch let error as AWSError where error.isNotFound {
            hasStream.withLock { $0 = false }
            return try await put(logEvents)
        }
    }

    /// CloudWatch takes 14 days back, and 2 hours ahead.
    private static let oldest: Int64 = 13 * 24 * 3600 * 1000
    private static let newest: Int64 = 3600 * 1000

    private func put(_ events: [LogEvent]) async throws -> [Int] {
        if !hasStream.withLock(\.self) {
            try await client.createLogStream(stream, in: group)
            hasStream.withLock { $0 = true }
        }
        return try await client.putLogEvents(
            events, to: stream, in: group, attemptTime: attemptTime, time: time)
    }
}
