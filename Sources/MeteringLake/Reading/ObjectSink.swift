package import BedrockMetering

/// Takes what a decoder finds in one object after another: records to a collector, and rejected lines to
/// where they are kept.
package struct ObjectSink: UsageSink, ~Copyable {
    private let merger: UsageMerger
    private let period: UsagePeriod?
    private let budget: MemoryBudget?
    package private(set) var collector: UsageCollector
    /// Of the present object; where nil, its lines are only counted.
    private var rejects: RejectFile?
    /// Bytes of the present object that the budget knows of.
    private var held = 0
    /// Why nothing more is taken of the present object.
    private(set) var shortage: MemoryShortage?

    init(_ merger: UsageMerger, for period: UsagePeriod?, within budget: MemoryBudget?) {
        self.merger = merger
        self.period = period
        self.budget = budget
        collector = merger.makeCollector(for: period)
    }

    deinit {
        budget?.hold(0, insteadOf: held)
    }

    /// Says that another object begins.
    package mutating func begin(keeping rejects: RejectFile?) {
        self.rejects = rejects
        shortage = nil
    }

    package mutating func consume(_ batch: borrowing UsageBatch) {
        guard shortage == nil else { return }
        collector.consume(batch)
        guard let budget else { return }
        let size = collector.pendingMemory
        let room = budget.hold(size, insteadOf: held)
        held = size
        guard room != .enough else { return }
        shortage = MemoryShortage(mayPassAlone: room == .taken)
        forget()
    }

    package mutating func reject(_ line: RejectedLine) { rejects?.add(line) }

    /// - Throws: ``MemoryShortage`` where the present object is given up.
    package func check() throws(MemoryShortage) {
        if let shortage { throw shortage }
    }

    package mutating func commit() {
        collector.commit()
        release()
    }

    package mutating func rollback() {
        rejects?.startOver()
        forget()
    }

    /// How many usage lines fell on which day, since the last call.
    mutating func takeUsageByDay() -> [UsageDay: Int] { collector.takeUsageByDay() }

    private mutating func forget() {
        // The names that the object held are forgotten as well.
        collector = merger.makeCollector(for: period)
        release()
    }

    private mutating func release() {
        budget?.hold(0, insteadOf: held)
        held = 0
    }
}
