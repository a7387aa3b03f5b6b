#if Gateway
    import Foundation
    import Synchronization

    /// Waits for SIGTERM or SIGINT; a second one ends the process at once.
    final class StopSignal: Sendable {
        private final class Received: Sendable {
            let isSet = Mutex(false)

            /// Whether this is the first signal.
            func note() -> Bool {
                isSet.withLock { isSet in
                    defer { isSet = true }
                    return !isSet
                }
            }
        }

        private let received = Received()
        // Made once, and only held.
        nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

        init() {
            let received = received
            sources = [SIGINT, SIGTERM].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler {
                    guard received.note() else { _exit(128 + number) }
                }
                source.resume()
                return source
            }
        }

        deinit {
            for source in sources { source.cancel() }
        }

        func wait() async {
            while !received.isSet.withLock({ $0 }), !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }
#endif
