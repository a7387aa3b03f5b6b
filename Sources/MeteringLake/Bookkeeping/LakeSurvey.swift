package import BedrockMetering

extension FactSurvey {
    /// Those of the closed days whose files are not what the last facts say.
    ///
    /// - Parameter trusted: the checksums of files that are known without a look at them.
    package func unsettled(in lake: Lake, trusting trusted: [UsageDay: Checksum]) async
        -> [UnsettledDay]
    {
        await lake.unsettled(Array(closedStates.values), trusting: trusted)
    }
}

/// What a reader knows of how final the days of a lake are.
struct LakeSurvey: Sendable {
    let facts: FactSurvey
    /// Closed days whose files are not what the last facts say.
    let unsettled: [UnsettledDay]
    let conflicts: LakeConflicts

    /// - Parameters:
    ///   - ledger: nil where there is none that can be read.
    ///   - period: the days that are asked about; all where nil.
    ///   - unchanged: the days whose files are what the ledger says.
    init(
        of lake: Lake, ledger: Ledger?, in period: UsagePeriod?, unchanged: [LedgerDay]
    ) async throws(PipelineError) {
        var trusted: [UsageDay: Checksum] = [:]
        for day in unchanged { trusted[day.day] = day.checksum }
        var facts = try await FactSurvey(of: lake, ledger: ledger, in: period)
        var unsettled = await facts.unsettled(in: lake, trusting: trusted)
        if !unsettled.isEmpty {
            // A run may have recorded them since the facts were read.
            facts = try await FactSurvey(of: lake, ledger: ledger, in: period)
            unsettled = await facts.unsettled(in: lake, trusting: trusted)
        }
        conflicts = try await LakeConflicts(
            of: lake, facts: facts.facts, ledger: ledger, in: period)
        self.facts = facts
        self.unsettled = unsettled
    }

    /// What is amiss, each as a failure of its own.
    func failures(in lake: Lake) -> [ObjectFailure] {
        let folder = "\(lake.root.appending(FactFile.folder))"
        return (facts.brokenChain.map { [ObjectFailure(location: folder, reason: $0)] } ?? [])
            + unsettled.map { day in
                let file = facts.closedStates[day.day].map(\.file) ?? ""
                let place = lake.root.appending(
                    file.isEmpty ? PartitionSpec.path(of: day.day) : file)
                return ObjectFailure(location: "\(place)", reason: day.text(in: lake))
            } + conflicts.failures
    }
}
