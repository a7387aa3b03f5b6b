internal import Synchronization

/// A call that runs, whether or not anyone waits for its answer.
package struct RunningCall: Sendable {
    package let intent: CallIntent
    /// The alias that it was asked for by.
    package let alias: String
    /// What comes of it, to its end.
    package let output: AsyncStream<CallOutput>
}

/// What a client gets of a call.
package enum CallOutput: Sendable, Equatable {
    /// A piece of the answer's text.
    case text(String)
    /// The last one.
    case end(CallResult)
}

/// Whether a client is still there. What it does changes nothing of a call, which is drained to its usage:
/// Bedrock bills it in full.
package final class ClientPresence: Sendable {
    private let gone = Mutex(false)

    package init() {}

    package var isGone: Bool { gone.withLock { $0 } }

    package func leave() { gone.withLock { $0 = true } }
}
