/// One of the statements by which Athena does an ingest, in the order of ``AthenaIngest``.
package struct IngestStatement: Sendable, Hashable {
    /// What a statement does, so that who runs it knows what its rows mean.
    package enum Step: Sendable, Hashable {
        case makeDatabase, makeTable, makeSource
        /// Reads all lines of the source once, and writes what becomes of each.
        case parse
        case makeEvents
        /// Rows: `fate`, `reason`, `usage_date`, `events`.
        case countFates
        /// Rows: `object`, `reason`, `lines`.
        case listRejects
        /// Rows: `usage_date`, `row_count`, `total_tokens`, `moment`; before any day is replaced.
        case countRows
        /// Rows: `usage_date`, `calls`; before any day is replaced.
        case countConflicts
        case write(UsageDay)
        case makeWritten
        /// Rows: `problem`, `usage_date`, `calls`. None means that the days may be replaced.
        case checkWritten
        case addPartition(UsageDay)
        /// The step after which readers see the new day.
        case replace(UsageDay)
        /// Rows: `usage_date`, `row_count`, `total_tokens`. None means that the ingest holds.
        case checkTable
        /// The same rows as of ``countRows``, after all days are replaced.
        case countRowsAgain
        case dropWritten, dropEvents, dropSource
    }

    package let step: Step
    /// What it is for, in one sentence.
    package let purpose: String
    package let sql: String
}
