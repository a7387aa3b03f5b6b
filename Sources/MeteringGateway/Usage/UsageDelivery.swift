internal import Synchronization

/// Delivers lines to the first of two sinks that takes them.
final class UsageDelivery: Sendable {
    private let sinks: [any UsageSink]
    private let order: Mutex<SinkOrder>

    /// - Parameters:
    ///   - sinks: one or two, in order of preference.
    ///   - patience: how long the first may fail before the second is asked.
    init(_ sinks: [any UsageSink], patience: Duration) {
        self.sinks = sinks
        order = Mutex(SinkOrder(patience: patience))
    }

    /// - Returns: the indices of those that no sink will ever take, in order.
    /// - Throws: ``UsageError`` if some were not taken that may be taken later.
    func deliver(_ events: [UsageEvent]) async throws(UsageError) -> [Int] {
        guard let first = sinks.first else { throw UsageError("there is no sink for usage lines") }
        let rejected: [Int]
        do {
            rejected = try await first.deliver(events)
            order.withLock { $0.succeeded() }
        } catch {
            let asksNext = order.withLock { $0.failed(at: .now) }
            guard asksNext, let second = sinks.dropFirst().first else {
                throw UsageError("\(first.name): \(error)")
            }
            return try await deliver(events, Array(events.indices), to: second, after: error)
        }
        guard !rejected.isEmpty, let second = sinks.dropFirst().first else { return rejected }
        // What the first will never take goes to the second at once.
        return try await deliver(rejected.map { events[$0] }, rejected, to: second, after: nil)
    }

    private func deliver(
        _ events: [UsageEvent], _ indices: [Int], to sink: any UsageSink, after error: (any Error)?
    ) async throws(UsageError) -> [Int] {
        do {
            return try await sink.deliver(events).map { indices[$0] }
        } catch let second {
            let reasons = [error.map { "\($0)" }, "\(sink.name): \(second)"].compactMap(\.self)
            throw UsageError(reasons.joined(separator: "; "))
        }
    }
}
