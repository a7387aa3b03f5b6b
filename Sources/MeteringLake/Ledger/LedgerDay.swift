package import BedrockMetering

/// A day of the lake as the ledger knows it.
package struct LedgerDay: Sendable, Hashable {
    package let day: UsageDay
    /// The path of the day's file in the lake, and its checksum and bytes when it was written; nothing
    /// where the day has no usage, and so no file.
    package let file: String
    package let checksum: Checksum
    package let fileSize: Int64
    /// What else told that version of the file from others, without reading it.
    package let fileTag: String
    /// The sums of all rows; its requests are the number of rows.
    package let totals: UsageTotals
    /// When the file changed last.
    package let changed: EventTime
    /// How many calls of the day are listed as conflicts; a rebuild begins anew. Nil where a ledger of
    /// an older version counted conflicts and did not list them, until then.
    package let conflicts: Int?
    /// The most lines that one run met beside an equal one of its own and that could be other calls; a
    /// rebuild begins anew. So a run that is repeated adds nothing.
    package let ambiguous: Int
    /// Whether the file may hold rows of no source that the ledger names, or of versions that are gone.
    ///
    /// So it is where the ledger is younger than the file, where something else wrote the file, where a
    /// source was changed, or where a rebuild kept such rows. A run whose sources have all rows ends it.
    package let mayHoldUnknownRows: Bool

    /// Whether the day was looked at and has no usage.
    package var isEmpty: Bool { file.isEmpty }

    /// When the exports of `day` can be final: twelve hours after its end, as long as CloudWatch needs.
    package static func earliestClosing(of day: UsageDay) -> EventTime {
        EventTime(microseconds: day.end.microseconds + 12 * EventTime.perHour)
    }
}
