internal import BedrockMetering

/// Takes what a decoder finds in one object after another: records to a collector, and rejected lines to
/// where they are kept.
struct ObjectSink: UsageSink, ~Copyable {
    private(set) var collector: UsageCollector
    /// Of the present object; where nil, its lines are only counted.
    private var rejects: RejectFile?

    init(_ collector: consuming UsageCollector) {
        self.collector = collector
    }

    /// Says that another object begins.
    mutating func begin(keeping rejects: RejectFile?) {
        self.rejects = rejects
    }

    mutating func consume(_ batch: borrowing UsageBatch) { collector.consume(batch) }

    mutating func reject(_ line: RejectedLine) { rejects?.add(line) }

    mutating func commit() { collector.commit() }

    mutating func rollback() {
        rejects?.startOver()
        collector.rollback()
    }

    /// How many usage lines fell on which day, since the last call.
    mutating func takeUsageByDay() -> [UsageDay: Int] { collector.takeUsageByDay() }
}
