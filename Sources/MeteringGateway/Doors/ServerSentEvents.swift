internal import Synchronization

/// An answer as server-sent events: pieces of text, the end held back until the call's line is durable, and
/// a comment in each long silence, so that nobody between takes the connection for dead.
struct ServerSentEvents: Sendable {
    let call: RunningCall
    let dialect: any ChatDialect
    let asked: DialectRequest
    var silence = Duration.seconds(15)

    /// The bytes, after `first`, which is what came of the call first.
    func bytes(
        after first: CallOutput, _ rest: sending AsyncStream<CallOutput>.Iterator
    ) -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let last = Mutex(ContinuousClock.now)
        let send: @Sendable (String) -> Void = { text in
            last.withLock { $0 = .now }
            continuation.yield(Array(text.utf8))
        }
        let comments = Task {
            while !Task.isCancelled {
                let next = last.withLock { $0 } + silence
                if next <= .now { send(": waiting\n\n") }
                try? await Task.sleep(until: max(next, .now + .milliseconds(10)))
            }
        }
        Task {
            var rest = rest
            for json in dialect.beginning(call, asked) { send(Self.data(json)) }
            var output: CallOutput? = first
            while let item = output {
                switch item {
                case .text(let text): send(Self.data(dialect.piece(call, text, asked)))
                case .end(.answered(let answer)):
                    for json in dialect.ending(call, answer, asked) { send(Self.data(json)) }
                    send(Self.data("[DONE]"))
                case .end(.failed(let error)):
                    send("event: error\n" + Self.data(dialect.error(error)))
                }
                output = await rest.next()
            }
            comments.cancel()
            continuation.finish()
        }
        return stream
    }

    private static func data(_ json: String) -> String { "data: \(json)\n\n" }
}
