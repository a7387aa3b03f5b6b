internal import BedrockMetering

/// Takes what a decoder finds in a file, and keeps it only once the file is known to be taken as a whole.
struct HeldCollector: UsageSink, ~Copyable {
    private var collector: UsageCollector
    /// The line that was rejected first, and why.
    private(set) var firstReject: (number: Int, reason: RejectionReason)?

    init(_ collector: consuming UsageCollector) {
        self.collector = collector
    }

    mutating func consume(_ batch: borrowing UsageBatch) { collector.consume(batch) }

    mutating func reject(_ line: RejectedLine) {
        if firstReject == nil { firstReject = (line.number, line.reason) }
        collector.reject(line)
    }

    /// Waits for ``taken()``.
    mutating func commit() {}

    mutating func rollback() {
        firstReject = nil
        collector.rollback()
    }

    /// The collector, with all that came.
    consuming func taken() -> UsageCollector {
        collector.commit()
        return collector
    }
}
