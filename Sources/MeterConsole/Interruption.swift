#if Commands
    import ArgumentParser
    import Foundation
    import Synchronization

    /// Lets a command end in good order when it is interrupted.
    package enum Interruption {
        /// Runs `body` as a task that SIGINT and SIGTERM cancel; a second one ends the process at once.
        ///
        /// - Throws: `ExitCode` of 128 and the signal's number where `body` ended because of it.
        package static func cancelling<Result: Sendable>(
            _ body: @escaping @Sendable () async throws -> Result
        ) async throws -> Result {
            let task = Task { try await body() }
            let received = Mutex<Int32?>(nil)
            let sources = [SIGINT, SIGTERM].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler {
                    let isFirst = received.withLock { first in
                        defer { first = first ?? number }
                        return first == nil
                    }
                    guard isFirst else { _exit(128 + number) }
                    task.cancel()
                }
                source.resume()
                return source
            }
            defer {
                for source in sources { source.cancel() }
                for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
            }
            do {
                return try await task.value
            } catch is CancellationError {
                throw ExitCode(received.withLock { $0 }.map { 128 + $0 } ?? 1)
            }
        }
    }
#endif
