/// The way of lines where no disk outlives the process: each is with CloudWatch, or else in S3, before the
/// answer of its call ends. Lines of calls that end at about the same time go together.
package final class DirectUsage: UsageJournal {
    private let group: GroupCommit<UsageEvent, Result<Void, UsageError>>

    /// How long a line waits for others.
    private static let wait = Duration.milliseconds(15)
    /// Lines that go together, of which none is over 16 KiB.
    private static let maximumCount = 50

    /// - Parameter sinks: one or two, in order of preference.
    package init(_ sinks: [any UsageSink]) {
        let delivery = UsageDelivery(sinks, patience: .zero)
        group = GroupCommit(wait: Self.wait, maximumCount: Self.maximumCount) { events in
            do throws(UsageError) {
                let rejected = Set(try await delivery.deliver(events))
                return events.indices.map { index in
                    rejected.contains(index)
                        ? .failure(UsageError("no sink takes the line")) : .success(())
                }
            } catch {
                return events.map { _ in .failure(error) }
            }
        }
    }

    package var keepsIntents: Bool { false }

    package func begin(_ intent: CallIntent) async throws(UsageError) {}

    package func record(
        _ event: UsageEvent, of intent: CallIntent
    ) async throws(UsageError) {
        try await group(event).get()
    }

    package func cancel(_ intent: CallIntent) async {}

    package func stop() async {}
}
