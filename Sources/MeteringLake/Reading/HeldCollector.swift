internal import BedrockMetering

/// Takes what a decoder finds in a file, and keeps it only once the file is known to be taken as a whole.
struct HeldCollector: UsageSink, ~Copyable {
    private var sink: ObjectSink
    /// The line that was rejected first, and why.
    private(set) var firstReject: (number: Int, reason: RejectionReason)?

    init(_ sink: consuming ObjectSink) {
        self.sink = sink
    }

    mutating func consume(_ batch: borrowing UsageBatch) { sink.consume(batch) }

    mutating func reject(_ line: RejectedLine) {
        if firstReject == nil { firstReject = (line.number, line.reason) }
        sink.reject(line)
    }

    /// Waits for ``taken()``.
    mutating func commit() {}

    mutating func rollback() {
        firstReject = nil
        sink.rollback()
    }

    /// The sink, with all that came.
    consuming func taken() -> ObjectSink {
        sink.commit()
        return sink
    }
}
