package import BedrockMetering
internal import Foundation

/// Writes merged days.
package struct DayFileWriter: Sendable {
    package let lake: Lake
    package let format: LakeFormat
    /// How many threads write one file.
    package let jobs: Int
    /// Calls in conflict that the lake lists, and what was decided of them.
    package let conflicts: ConflictBook
    /// Told of every file before it takes its place, so that those who read it know whose it is.
    package let announce: @Sendable (UsageDay, Checksum) throws(PipelineError) -> Void

    package init(
        lake: Lake, format: LakeFormat, jobs: Int, conflicts: ConflictBook,
        announce: @escaping @Sendable (UsageDay, Checksum) throws(PipelineError) -> Void
    ) {
        self.lake = lake
        self.format = format
        self.jobs = jobs
        self.conflicts = conflicts
        self.announce = announce
    }

    /// Who may read a day's file is for the umask to say: other people's queries do.
    private static let mode: mode_t = 0o666
    /// How often a day is merged again that others have changed meanwhile.
    private static let attempts = 20

    /// A day that was merged.
    package struct Written {
        package let outcome: DayMerge.Outcome
        package let sums: [TenantModel: UsageTotals]
        /// The checksum of the file that was put in place; nil where the present one stays.
        package let checksum: Checksum?
        /// The version of the file that is in place.
        package let version: ObjectVersion
        /// The file that was merged; nil where there was none.
        package let present: DayCopy?
    }

    /// Merges the records at `references` with the present file of `day` and puts the result in place,
    /// unless nothing changes; where somebody else has replaced the file meanwhile, with theirs.
    package func write(
        _ references: [UsageMerger.Reference], of snapshot: UsageMerger.Snapshot,
        to day: UsageDay, present: DayFile?
    ) async throws -> Written {
        var present = present
        for attempt in 1...Self.attempts {
            do {
                let copy: DayCopy? =
                    if let present { try await lake.copy(of: present) } else { nil }
                if let written = try await writeOnce(
                    references, of: snapshot, to: day, merging: copy, replacing: copy,
                    isRepeated: attempt > 1)
                {
                    return written
                }
            } catch let error as PipelineError where error.code == .notFound && !lake.isLocal {
                // Somebody else took it away.
            }
            present = try await lake.partition(of: day).file(in: format)
        }
        throw PipelineError.contention(lake.place(of: day, in: format))
    }

    /// Merges once.
    ///
    /// - Parameters:
    ///   - present: the file to merge, which may be of another format.
    ///   - replaced: the file whose place it takes; nil where there must be none.
    ///   - isRepeated: whether somebody else has changed the day since the run began.
    /// - Returns: nil where somebody else was faster, and nothing was changed.
    package func writeOnce(
        _ references: [UsageMerger.Reference], of snapshot: UsageMerger.Snapshot,
        to day: UsageDay, merging present: DayCopy?, replacing replaced: DayCopy?,
        isRepeated: Bool = false
    ) async throws -> Written? {
        let known = try await conflicts.known(on: day, isRepeated: isRepeated)
        var merge = snapshot.merge(references, into: day, knowing: known)
        var staged = try await stage(&merge, reading: present)
        if !merge.isSettled {
            // Given up first, so that the disk holds one of them.
            staged = nil
            merge = merge.again()
            staged = try await stage(&merge, reading: present)
        }
        guard let staged else { return nil }
        if let present, !merge.outcome.presentIsInOrder { throw present.file.damage }
        // Before the day's file takes its place: a version that is no row is nowhere else.
        try await conflicts.keep(merge.conflicts(), on: day)
        var version = present?.version
        let isNew = merge.outcome.isChanged || present?.file.format != format
        if isNew {
            try announce(merge.day, staged.checksum)
            version = try await lake.place(staged, of: day, in: format, replacing: replaced)
        }
        guard let version else { return nil }
        return Written(
            outcome: merge.outcome, sums: merge.sumsByName(),
            checksum: isNew ? staged.checksum : nil,
            version: version, present: present
        )
    }

    /// Writes what is merged with the rows of `present` to a file that takes no place yet.
    private func stage(
        _ merge: inout DayMerge, reading present: DayCopy?
    ) async throws -> StagedFile? {
        var rows = try present?.reader()
        let staged = try StagedFile(in: lake, mode: Self.mode)
        switch format {
        case .json:
            try await GzipLinesWriter(
                jobs: jobs, conversion: lake.command("convert", "--to", LakeFormat.parquet.rawValue)
            ).write(&merge, reading: &rows, to: staged)
        case .parquet: try ParquetDayWriter(jobs: jobs).write(&merge, reading: &rows, to: staged)
        }
        return staged
    }
}
