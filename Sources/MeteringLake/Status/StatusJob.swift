package import BedrockMetering

/// Says what state the days of a lake are in. Nothing is made or changed.
package struct StatusJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// The days asked for; all where nil.
    package var period: UsagePeriod?
    package var limits = DecodingLimits()
    package var stores = Stores.local

    package init(
        of lake: String, ledger: String? = nil, period: UsagePeriod? = nil, stores: Stores = .local
    ) {
        self.lake = lake
        self.ledger = ledger
        self.period = period
        self.stores = stores
    }

    /// The days of the lake, as the ledger has them; those that it does not know, as their files say.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake.
    package func run() async throws -> LakeStatus {
        let books = try await LakeLedger(lake: lake, ledger: ledger, stores: stores)
        var status = LakeStatus(of: lake, ledger: books.path)
        status.identity = try await books.lake.identity()
        var ledger: Ledger?
        var known: [LedgerDay] = []
        do throws(PipelineError) {
            ledger = try books.reading()
            known = try ledger?.days(in: period) ?? []
            status.openRejects = try ledger?.openRejects().values.reduce(0, +) ?? 0
        } catch {
            (ledger, known) = (nil, [])
            status.ledgerFailure = error
        }
        let versions = await books.lake.unchangedVersions(of: known)
        let survey = try await LakeSurvey(
            of: books.lake, ledger: ledger, in: period,
            unchanged: known.filter { versions[$0.day] != nil })
        for day in known {
            var state = LakeStatus.Day(day: day.day, totals: day.totals)
            state.recorded = try recorded(
                of: day, isUnchanged: versions[day.day] != nil, in: ledger)
            status.days.append(state)
        }
        try await addOthers(to: &status, survey.facts, in: books.lake)
        try settle(&status, survey, in: books.lake)
        status.days.sort { $0.day < $1.day }
        return status
    }

    /// Adds the days that the ledger does not know.
    private func addOthers(
        to status: inout LakeStatus, _ facts: FactSurvey, in lake: Lake
    ) async throws {
        var known = Set(status.days.map(\.day))
        let partitions = try await lake.partitions().filter { partition in
            period.map { ($0.first...$0.last).contains(partition.day) } ?? true
        }
        status.otherFiles = await lake.otherFiles(in: partitions, limits: limits)
        status.failures += status.otherFiles.compactMap(\.failure)
        for partition in partitions where !known.contains(partition.day) {
            if partition.files.isEmpty, !partition.others.isEmpty {
                status.days.append(LakeStatus.Day(day: partition.day, totals: nil))
            }
            for file in partition.files {
                status.days.append(await state(of: file, in: lake, &status.failures))
            }
        }
        known.formUnion(status.days.map(\.day))
        for (day, state) in facts.closedStates where !known.contains(day) {
            status.days.append(
                LakeStatus.Day(day: day, totals: state.file.isEmpty ? UsageTotals() : nil))
        }
    }

    /// Adds what facts say.
    private func settle(
        _ status: inout LakeStatus, _ survey: LakeSurvey, in lake: Lake
    ) throws(PipelineError) {
        var restatements: [UsageDay: [RecordedFact]] = [:]
        for fact in try survey.facts.facts.restatements(in: period) {
            guard let day = fact.fact.content.day else { continue }
            restatements[day, default: []].append(fact)
        }
        let unsettled = Set(survey.unsettled.map(\.day))
        let conflicts = survey.conflicts.openByDay
        for index in status.days.indices {
            let day = status.days[index].day
            status.days[index].finality = survey.facts.finality(of: day)
            status.days[index].restatements = restatements[day] ?? []
            status.days[index].isAsClosed = !unsettled.contains(day)
            let remark = survey.conflicts.remarks[day]
            status.days[index].conflictsRemark = remark
            status.days[index].conflicts = remark == nil ? conflicts[day] ?? 0 : nil
        }
        status.factBreaks = survey.facts.breaks
        status.failures += survey.failures(in: lake)
    }

    private func recorded(
        of day: LedgerDay, isUnchanged: Bool, in ledger: Ledger?
    ) throws(PipelineError) -> LakeStatus.Recorded {
        let rejects = try ledger?.openRejects(of: day.day).values.reduce(0, +) ?? 0
        return LakeStatus.Recorded(
            changed: day.changed, rejects: rejects, ambiguous: day.ambiguous,
            isUnchanged: isUnchanged,
            mayHoldUnknownRows: day.mayHoldUnknownRows
        )
    }

    private func state(
        of file: DayFile, in lake: Lake, _ failures: inout [ObjectFailure]
    ) async -> LakeStatus.Day {
        var totals: UsageTotals?
        do {
            totals = try await lake.copy(of: file, in: .temporary)
                .sums().values.reduce(into: UsageTotals()) { $0 += $1 }
        } catch {
            failures.append(ObjectFailure(error, of: file.object.name))
        }
        return LakeStatus.Day(day: file.day, totals: totals)
    }
}
