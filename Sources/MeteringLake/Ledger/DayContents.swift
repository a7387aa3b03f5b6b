package import BedrockMetering

/// A day's file as a run left it in the lake.
package struct DayContents: Sendable, Hashable {
    package var day: UsageDay
    /// The file's path in the lake.
    package var file: String
    package var checksum: Checksum
    /// Bytes of the file.
    package var fileSize: Int64
    /// What else tells this version of the file from others, without reading it.
    package var fileTag: String
    /// The sums of all its rows.
    package var sums: [TenantModel: UsageTotals]
    /// The ambiguous lines that this run met beside an equal one of its own.
    package var ambiguous = 0
    /// The checksum of the file that was there before and was merged in, nil where there was none.
    package var previous: Checksum?
    /// Whether each row is of an object that this run has read, so that the file, whatever became of it
    /// before, holds nothing of others.
    package var holdsOnlyReadRows: Bool

    package init(
        day: UsageDay, file: String, checksum: Checksum, fileSize: Int64, fileTag: String = "",
        sums: [TenantModel: UsageTotals], previous: Checksum? = nil,
        holdsOnlyReadRows: Bool = false
    ) {
        self.day = day
        self.file = file
        self.checksum = checksum
        self.fileSize = fileSize
        self.fileTag = fileTag
        self.sums = sums
        self.previous = previous
        self.holdsOnlyReadRows = holdsOnlyReadRows
    }

    /// The sums of all rows.
    package var totals: UsageTotals {
        sums.values.reduce(into: UsageTotals()) { $0 += $1 }
    }
}
