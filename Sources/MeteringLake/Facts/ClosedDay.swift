package import BedrockMetering

/// A closed day as its facts leave it.
package struct ClosedDay: Sendable, Hashable {
    package let day: UsageDay
    package let closed: EventTime
    package let isForced: Bool?
    /// The path of the day's file in the lake, and its checksum, as the last fact has them.
    package private(set) var file: String
    package private(set) var checksum: Checksum
    /// What the closing had, and the restatements made of it.
    package private(set) var sums: UsageSums
    package private(set) var restatements: [Fact] = []
    /// What decisions about calls change, of which no restatement has told yet.
    private var decided: [Restatement.Change] = []

    /// The sums as they are to be, once the day's file follows from all decisions.
    package var sumsByDecisions: UsageSums {
        var sums = sums
        sums.apply(decided)
        return sums
    }

    /// Whether the day has no usage as far as facts know.
    package var isEmpty: Bool { file.isEmpty }

    /// - Parameter facts: those of one day, in their order.
    /// - Returns: nil where none of them closes the day.
    package init?(_ facts: some Sequence<Fact>) {
        var facts = facts.makeIterator()
        while let fact = facts.next() {
            guard case .dayClosed(let closing) = fact.content else { continue }
            day = closing.day
            closed = fact.time
            isForced = closing.isForced
            file = closing.file
            checksum = closing.checksum
            sums = closing.sums
            while let fact = facts.next() { add(fact) }
            return
        }
        return nil
    }

    package mutating func add(_ fact: Fact) {
        switch fact.content {
        case .dayRestated(let change):
            restatements.append(fact)
            sums.apply(change.changes)
            decided = []
            (file, checksum) = (change.file, change.after)
        case .dayConverted(let change): (file, checksum) = (change.file, change.after)
        // One that is closed stays so.
        case .dayClosed, .rejectWrittenOff, .unknown: break
        case .conflictDecided(let decision): decided += decision.changes
        }
    }

    /// What it is to the day that its file is another one now; nil where it is the one of the last fact.
    ///
    /// - Parameter known: the sums as they were, where they are known better than from facts.
    package func change(
        to file: String, _ checksum: Checksum, _ sums: UsageSums, by reason: String,
        from known: UsageSums? = nil
    ) -> Fact.Content? {
        guard checksum != self.checksum else { return nil }
        let change = Restatement(
            day: day, reason: reason, file: file, before: self.checksum, after: checksum,
            changes: (known ?? self.sums).changes(to: sums))
        // The same rows in another format are no other day.
        let isConversion = change.changes.isEmpty && file != self.file
        return isConversion ? .dayConverted(change) : .dayRestated(change)
    }
}
