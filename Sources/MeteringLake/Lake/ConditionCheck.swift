internal import Foundation
internal import Synchronization

/// Makes sure, once a run and before it replaces anything, that the lake's store refuses to replace what
/// somebody else has replaced meanwhile.
final class ConditionCheck: Sendable {
    private let isDone = Mutex(false)

    /// A name for each try, so that no other machine's takes this one's object away.
    private static var name: String { "_conditional-write-check-\(UUID().uuidString)" }

    /// - Throws: ``PipelineError`` where the store does not.
    func check(_ lake: Lake) async throws(PipelineError) {
        // On a file system the lake's lock keeps others away.
        guard !lake.isLocal, !isDone.withLock({ $0 }) else { return }
        let place = lake.root.appending(Self.name)
        guard try await lake.stores.remote.honoursConditions(at: place) else {
            throw PipelineError(
                code: .inputOutput, location: "\(lake.root)",
                reason:
                    "this store ignores conditions on writes, so that two runs at once could lose "
                    + "usage; nothing was written. --unsafe-overwrite writes nevertheless, "
                    + "where no other machine writes to this lake"
            )
        }
        isDone.withLock { $0 = true }
    }
}
