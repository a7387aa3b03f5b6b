internal import BedrockMetering
internal import MeteringLake

extension RebuildJob {
    /// The day's file as it is before a rebuild.
    struct Present {
        /// Nil where there is no file.
        let copy: DayCopy?
        /// Whether it may hold rows that no named source has.
        let mayHoldOthers: Bool
        /// Whether these are given up.
        let givesUpOthers: Bool
    }

    /// What becomes of the day.
    struct Rebuilt {
        /// The present file where it is merged.
        let merged: DayCopy?
        /// Its rows that no named source has.
        let keptRows: Int
        let sums: [TenantModel: UsageTotals]
    }

    /// The day's file, which may hold rows of sources that the ledger does not know where the ledger says
    /// so, or has recorded another file: another machine may have written this one, or something may
    /// have damaged it.
    func present(
        of recorded: Recorded, _ file: DayFile?, in lake: Lake
    ) async throws -> Present {
        guard let file else {
            return Present(copy: nil, mayHoldOthers: false, givesUpOthers: force)
        }
        let copy = try await lake.copy(of: file)
        let isRecorded =
            try lake.location(of: file) == recorded.day.file
            && copy.checksum() == recorded.day.checksum
        return Present(
            copy: copy, mayHoldOthers: !isRecorded || recorded.day.mayHoldUnknownRows,
            givesUpOthers: force)
    }
}

extension RebuildJob.Present {
    /// What `references` make of the day, together with the present file where that may hold other rows
    /// and can be read; what is wrong with it otherwise is told by `outcome`.
    func rebuilt(
        _ references: [UsageMerger.Reference], of snapshot: UsageMerger.Snapshot, to day: UsageDay,
        knowing known: [KnownCall], _ outcome: inout RebuildJob.Outcome
    ) throws -> RebuildJob.Rebuilt {
        func rebuilt(merging copy: DayCopy?) throws -> RebuildJob.Rebuilt {
            var merge = snapshot.merge(references, into: day, knowing: known)
            func read(_ merge: inout DayMerge) throws {
                var rows = try copy?.reader()
                var isComplete = false
                while !isComplete {
                    isComplete = try rows?.readMore(into: &merge) != true
                    while merge.passOver(isComplete: isComplete) {}
                }
            }
            try read(&merge)
            if !merge.isSettled {
                merge = merge.again()
                try read(&merge)
            }
            if let copy, !merge.outcome.presentIsInOrder { throw copy.file.damage }
            return RebuildJob.Rebuilt(
                merged: copy, keptRows: merge.outcome.presentOnly,
                sums: merge.sumsByName())
        }
        guard let copy, mayHoldOthers else { return try rebuilt(merging: nil) }
        do {
            let merged = try rebuilt(merging: copy)
            guard givesUpOthers else { return merged }
            outcome.givenUpRows = merged.keptRows
            return try rebuilt(merging: nil)
        } catch {
            switch error {
            case let error as ExportDecodingError where error.code != .overLimit: break
            case let error as PipelineError where error.code == .damagedLake: break
            default: throw error
            }
            outcome.damage = ObjectFailure(error, of: copy.file.object.name)
            return try rebuilt(merging: nil)
        }
    }
}
