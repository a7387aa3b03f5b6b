import MeteringGateway
import Synchronization

/// Takes lines as a test tells it to, and keeps them.
final class ScriptedSink: UsageSink {
    struct Failure: Error {}

    private struct State {
        var isDown = false
        /// What is asked of each line: whether it is never taken.
        var refuses: @Sendable (String) -> Bool = { _ in false }
        var batches: [[String]] = []
        var attempts = 0
    }

    let name: String
    private let state = Mutex(State())

    init(_ name: String = "sink", isDown: Bool = false) {
        self.name = name
        self.isDown = isDown
    }

    var isDown: Bool {
        get { state.withLock { $0.isDown } }
        set { state.withLock { $0.isDown = newValue } }
    }

    func refuse(_ refuses: @escaping @Sendable (String) -> Bool) {
        state.withLock { $0.refuses = refuses }
    }

    var batches: [[String]] { state.withLock { $0.batches } }
    var lines: [String] { batches.flatMap(\.self) }
    var attempts: Int { state.withLock { $0.attempts } }

    func deliver(_ events: [UsageEvent]) async throws -> [Int] {
        try state.withLock { state in
            state.attempts += 1
            guard !state.isDown else { throw Failure() }
            let lines = events.map { String(decoding: $0.bytes, as: UTF8.self) }
            state.batches.append(lines.filter { !state.refuses($0) })
            return lines.indices.filter { state.refuses(lines[$0]) }
        }
    }
}

extension UsageEvent {
    var line: String { String(decoding: bytes, as: UTF8.self) }
}
