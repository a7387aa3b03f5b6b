internal import Synchronization

/// Does in one go what many ask for at the same time.
///
/// What is asked for while nothing is under way is begun at once; what is asked for meanwhile waits, and is
/// then done together. So a disk that takes a millisecond to sync, or a server that takes ten to answer, is
/// asked as often as it can be, and never once for each caller.
package final class GroupCommit<Item: Sendable, Output: Sendable>: Sendable {
    private struct Waiting: Sendable {
        var item: Item
        var continuation: CheckedContinuation<Output, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isBusy = false
    }

    private let state = Mutex(State())
    private let wait: Duration
    private let maximumCount: Int
    private let commit: @Sendable ([Item]) async -> [Output]

    /// - Parameters:
    ///   - wait: how long the first of a group is kept back for others to join it.
    ///   - maximumCount: of a group.
    ///   - commit: does what it is given, in the order in which it was asked for; returns as many results.
    ///     It is not called again before it has returned.
    package init(
        wait: Duration = .zero, maximumCount: Int = .max,
        _ commit: @escaping @Sendable ([Item]) async -> [Output]
    ) {
        self.wait = wait
        self.maximumCount = maximumCount
        self.commit = commit
    }

    /// Has one item done, and returns when that has happened, be the task cancelled or not.
    package func callAsFunction(_ item: Item) async -> Output {
        await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting.append(Waiting(item: item, continuation: continuation))
                defer { state.isBusy = true }
                return !state.isBusy
            }
            if isFirst { Task { await self.run() } }
        }
    }

    private func run() async {
        while true {
            if wait > .zero { try? await Task.sleep(for: wait) }
            let group = state.withLock { state in
                let group = Array(state.waiting.prefix(maximumCount))
                state.waiting.removeFirst(group.count)
                state.isBusy = !group.isEmpty
                return group
            }
            guard !group.isEmpty else { return }
            let outputs = await commit(group.map(\.item))
            precondition(outputs.count == group.count, "each item has its result")
            for (waiting, output) in zip(group, outputs) {
                waiting.continuation.resume(returning: output)
            }
        }
    }
}
