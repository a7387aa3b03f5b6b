/// Adds up whole day files, and takes in none that is not what an ingest writes: rows of its day, in
/// the order of their time.
package struct DayFileAggregator: UsageSink {
    /// What the files that were kept add up to.
    package private(set) var aggregator: UsageAggregator
    private var day = UsageDay(number: 0)
    private var lastTime = Int64.min
    private var isInOrder = true

    package init(_ query: UsageQuery) {
        aggregator = UsageAggregator(query)
    }

    /// Begins with the file of `day`.
    package mutating func begin(_ day: UsageDay) {
        self.day = day
        lastTime = day.start.microseconds
        isInOrder = true
    }

    /// Keeps the file that was decoded, whose events were `counts`; returns false, and keeps nothing of
    /// it, where it is no sound day file.
    package mutating func keep(_ counts: EventCounts) -> Bool {
        let isSound = isInOrder && counts.usage > 0 && counts.usage == counts.events
        if isSound { aggregator.commit() } else { aggregator.rollback() }
        return isSound
    }

    /// The columns that the query needs of the file.
    package var fields: [UsageSchema.Field] { fields(of: day) }

    /// The columns that the query needs of the file of a day.
    package func fields(of day: UsageDay) -> [UsageSchema.Field] { aggregator.fields(of: day) }

    /// Takes rows of the file, of which at least the columns of ``fields`` are there; returns false
    /// where they are not sound.
    package mutating func consume(_ columns: consuming UsageColumns) -> Bool {
        aggregator.consume(columns, of: day)
    }

    /// Keeps the file, of which all columns were taken.
    package mutating func keep() {
        aggregator.commit()
    }

    package mutating func consume(_ batch: borrowing UsageBatch) {
        let end = day.end.microseconds
        for index in 0..<batch.rows.count {
            let time = batch.rows[index].time
            if time < lastTime || time >= end { isInOrder = false }
            lastTime = time
        }
        aggregator.consume(batch)
    }

    package mutating func reject(_ line: RejectedLine) {}

    /// Nothing yet: only its counts tell whether a file is sound.
    package mutating func commit() {}

    package mutating func rollback() {
        aggregator.rollback()
    }
}
