package import BedrockMetering

/// Decisions about calls in conflict, as a run makes and applies them.
extension RunRecord {
    /// All calls in conflict of the days of `period`, or of all where nil.
    package func conflicts(in period: UsagePeriod?) async throws(PipelineError) -> LakeConflicts {
        try await LakeConflicts(of: lake, facts: ledger, ledger: ledger, in: period)
    }

    /// Makes a decision a fact. The day's file is still to be written by it.
    package mutating func decide(_ decision: ConflictDecision) async throws(PipelineError) {
        guard var book else { return }
        try await book.append(at: clock.now(), by: run) { _ in .conflictDecided(decision) }
        self.book = book
        let finder = conflictBook.finder
        conflictBook = try await ConflictBook(of: lake, facts: ledger)
        conflictBook.finder = finder
    }

    /// The days whose files may not follow from all decisions: a run was interrupted before it had written
    /// or recorded them, or another machine has written the file since.
    package func unappliedDays() throws(PipelineError) -> [UsageDay] {
        let applied = try ledger.appliedDecisions()
        return conflictBook.decidedDays.filter { day in
            guard let applied = applied[day] else { return true }
            return applied.sequence != conflictBook.decisions(on: day).last
                || applied.checksum != trusted[day]?.day.checksum
        }
    }

    /// Writes a day's file by what was decided of its calls.
    ///
    /// - Returns: what is recorded of the day; nil where the lake has no file of it.
    mutating func apply(
        decisionsOn day: UsageDay
    ) async throws -> DayContents? {
        guard let file = try await lake.partition(of: day).soundFile() else { return nil }
        let writer = DayFileWriter(
            lake: lake, format: file.format, jobs: 1, conflicts: conflictBook,
            announce: announce)
        let written = try await writer.write(
            [], of: UsageMerger().snapshot(), to: day, present: file)
        let contents = try contents(of: day, in: file.format, written)
        guard try losses(of: day, in: contents).isEmpty else {
            throw PipelineError(
                code: .damagedLake, location: "\(lake.root.appending(contents.file))",
                reason: "was lost or replaced, and lacks usage that was recorded; "
                    + "\(lake.rebuilding(day)) makes it again")
        }
        return contents
    }

    /// Notes by which decisions the files of days were written.
    func noteDecisions(appliedTo days: [DayContents]) throws(PipelineError) {
        for contents in days {
            let last = conflictBook.decisions(on: contents.day).last
            if last > 0 {
                try ledger.noteDecisions(upTo: last, appliedTo: contents.day, contents.checksum)
            }
        }
    }
}
