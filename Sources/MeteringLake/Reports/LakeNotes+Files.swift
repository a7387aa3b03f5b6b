internal import BedrockMetering

/// Whether the files of days are those that were recorded.
extension LakeNotes {
    /// Names days whose files were read and are not what the ledger or facts say.
    ///
    /// - Parameter known: the days as they are recorded after the files were read.
    func compare(
        _ met: Met, with known: [LedgerDay], in ledger: Ledger, _ expected: ExpectedFiles,
        _ findings: inout Findings
    ) async throws(PipelineError) {
        let recorded = Dictionary(uniqueKeysWithValues: known.map { ($0.day, $0) })
        let named = Set(findings.failures.map(\.location))
        for read in met.files where !named.contains(read.file.object.name) {
            guard let day = recorded[read.file.day] ?? met.recorded[read.file.day] else { continue }
            let before = met.recorded[read.file.day] ?? day
            if read.isRecorded(as: day) || read.isRecorded(as: before) { continue }
            let copy = await copy(of: read)
            guard let checksum = read.checksum ?? (try? copy?.checksum()) else {
                doubt("was replaced while it was read; run the report again", read, &findings)
                continue
            }
            if expected.include(checksum, of: day) || expected.include(checksum, of: before) {
                continue
            }
            if lake.isOnlyLedger(self.ledger) {
                doubt(ExpectedFiles.reason(day, in: lake), read, &findings)
            } else if let lost = try await losses(of: day, in: copy, ledger) {
                doubt(lost, read, &findings)
            } else {
                findings.notes.changedElsewhere.append(day.day)
            }
        }
    }

    private func doubt(_ reason: String, _ read: ReadDayFile, _ findings: inout Findings) {
        findings.notes.inDoubt.append(
            ReportNotes.Unread(location: read.file.object.name, reason: reason))
    }

    /// The file that was read; nil where it is another one by now.
    private func copy(of read: ReadDayFile) async -> DayCopy? {
        let copy = try? await lake.copy(of: read.file, in: .temporary)
        return copy?.version == read.version ? copy : nil
    }

    /// What a file lacks that this ledger has recorded; nil where it lacks nothing.
    ///
    /// Another machine may have written it, and a run adds to a day only: no tenant has less than before.
    private func losses(
        of day: LedgerDay, in copy: DayCopy?, _ ledger: Ledger
    ) async throws(PipelineError) -> String? {
        let sums: UsageSums
        do {
            guard let present = try copy?.sums() else { return nil }
            sums = UsageSums(present)
        } catch {
            return ObjectFailure(error, of: day.file).reason
        }
        let lost = try ledger.sumsByDecisions(of: day.day).losses(to: sums)
        guard !lost.isEmpty else { return nil }
        let calls = lost.reduce(0) { $0 - min(0, $1.difference.requests) }
        return "is not the file that this machine has recorded, and lacks \(calls) calls of "
            + "\(lost.count) tenants, or some of their tokens, which another machine's run would have kept; "
            + "\(lake.verifying(day.day)) compares, and \(lake.rebuilding(day.day)) makes it again"
    }
}
