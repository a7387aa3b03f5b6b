/// Notes the lines of an object on which certain records are, the first of each.
package struct VersionSink: UsageSink {
    private let wanted: Set<UsageRecord>
    /// By hashes of what few other records share: few rows are looked at more closely.
    private let marks: Set<Int64>
    private var pending: [UsageRecord: Int] = [:]
    /// The lines of records, from 1, once the object has been read to its end.
    package private(set) var lines: [UsageRecord: Int] = [:]

    package init(looking wanted: Set<UsageRecord>) {
        self.wanted = wanted
        marks = Set(wanted.map(\.time.microseconds))
    }

    package mutating func consume(_ batch: borrowing UsageBatch) {
        for index in 0..<batch.count where marks.contains(batch.rows[index].time) {
            let record = batch.record(at: index)
            guard wanted.contains(record), pending[record] == nil else { continue }
            pending[record] = Int(batch.rows[index].line)
        }
    }

    package mutating func reject(_ line: RejectedLine) {}

    package mutating func commit() {
        lines.merge(pending) { min($0, $1) }
        pending = [:]
    }

    package mutating func rollback() { pending = [:] }
}
