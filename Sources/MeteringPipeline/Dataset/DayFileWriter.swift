internal import BedrockMetering

/// Writes merged days.
struct DayFileWriter: Sendable {
    let lake: Lake
    let format: LakeFormat
    let limits: DecodingLimits
    /// How many threads write one file.
    let jobs: Int

    /// A day that was merged.
    struct Written {
        let outcome: DayMerge.Outcome
        let tenants: [TenantID: UsageTotals]
        /// The checksum of the file that was put in place; nil where the present one stays.
        let checksum: Checksum?
    }

    /// Merges the records at `references` with the present file of `day`, which may be of another
    /// format, and puts the result in place, unless nothing changes.
    func write(
        _ references: [UsageMerger.Reference], of snapshot: UsageMerger.Snapshot,
        to day: UsageDay, present: DayFile?
    ) async throws -> Written {
        var merge = snapshot.merge(references, into: day)
        var rows = try present?.reader(limits: limits)
        let staged = try StagedFile(named: DayFile.name(of: day, in: format), in: lake)
        switch format {
        case .json: try await GzipLinesWriter(jobs: jobs).write(&merge, reading: &rows, to: staged)
        case .parquet: try ParquetDayWriter(jobs: jobs).write(&merge, reading: &rows, to: staged)
        }
        if let present, !merge.outcome.presentIsInOrder { throw present.damage }
        let isNew = merge.outcome.isChanged || present?.format != format
        if isNew { try staged.place(at: lake.path(of: day, in: format)) }
        return Written(
            outcome: merge.outcome, tenants: merge.totalsByTenant(),
            checksum: isNew ? staged.checksum : nil
        )
    }
}
