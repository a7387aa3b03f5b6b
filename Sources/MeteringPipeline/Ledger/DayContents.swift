package import BedrockMetering

/// A day's file as a run left it in the lake.
package struct DayContents: Sendable, Hashable {
    package var day: UsageDay
    /// The file's path in the lake.
    package var file: String
    package var checksum: Checksum
    /// Bytes of the file.
    package var fileSize: Int64
    /// The sums of all its rows by tenant.
    package var tenants: [TenantID: LedgerTotals]
    /// Calls that this run met in versions that differ.
    package var conflicts: Int
    /// The checksum of the file that was there before and was merged in, nil where there was none.
    package var previous: Checksum?

    package init(
        day: UsageDay, file: String, checksum: Checksum, fileSize: Int64,
        tenants: [TenantID: LedgerTotals], conflicts: Int = 0, previous: Checksum? = nil
    ) {
        self.day = day
        self.file = file
        self.checksum = checksum
        self.fileSize = fileSize
        self.tenants = tenants
        self.conflicts = conflicts
        self.previous = previous
    }

    /// The sums of all rows.
    package var totals: LedgerTotals {
        tenants.values.reduce(into: LedgerTotals()) { $0 += $1 }
    }
}
