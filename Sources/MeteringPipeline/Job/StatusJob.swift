package import BedrockMetering

/// Says what state the days of a lake are in. Nothing is made or changed.
package struct StatusJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// The days asked for; all where nil.
    package var period: UsagePeriod?
    package var limits = DecodingLimits()
    var stores = Stores.standard

    package init(of lake: String, ledger: String? = nil, period: UsagePeriod? = nil) {
        self.lake = lake
        self.ledger = ledger
        self.period = period
    }

    /// The days of the lake, as the ledger has them; those that it does not know, as their files say.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake.
    package func run() async throws -> LakeStatus {
        let books = try await LakeLedger(lake: lake, ledger: ledger, stores: stores)
        var status = LakeStatus(ledger: books.path)
        var known: [UsageDay: LedgerDay] = [:]
        do throws(PipelineError) {
            let ledger = try books.reading()
            let days = try ledger.days(in: period)
            let versions = await books.lake.unchangedVersions(of: days)
            for day in days {
                known[day.day] = day
                let isUnchanged = versions[day.day] != nil
                status.days.append(try state(of: day, isUnchanged: isUnchanged, in: ledger))
            }
            status.openRejects = try ledger.openRejects().values.reduce(0, +)
            try ledger.close()
        } catch {
            known = [:]
            status.days = []
            status.ledgerFailure = error
        }
        let partitions = try await books.lake.partitions().filter { partition in
            period.map { ($0.first...$0.last).contains(partition.day) } ?? true
        }
        status.otherFiles = await books.lake.otherFiles(in: partitions, limits: limits)
        status.failures += status.otherFiles.compactMap(\.failure)
        for partition in partitions where known[partition.day] == nil {
            if partition.files.isEmpty, !partition.others.isEmpty {
                status.days.append(LakeStatus.Day(day: partition.day, totals: nil))
            }
            for file in partition.files {
                status.days.append(await state(of: file, in: books.lake, &status.failures))
            }
        }
        status.days.sort { $0.day < $1.day }
        return status
    }

    private func state(
        of day: LedgerDay, isUnchanged: Bool, in ledger: Ledger
    ) throws(PipelineError) -> LakeStatus.Day {
        var state = LakeStatus.Day(day: day.day, totals: day.totals)
        let rejects = try ledger.openRejects(of: day.day).values.reduce(0, +)
        state.recorded = LakeStatus.Recorded(
            closed: day.closed, changed: day.changed, rejects: rejects, conflicts: day.conflicts,
            conflictsRemark: day.unlistedConflictsRemark, isUnchanged: isUnchanged,
            mayHoldUnknownRows: day.mayHoldUnknownRows,
            restatements: try ledger.restatements(in: .day(day.day))
        )
        return state
    }

    private func state(
        of file: DayFile, in lake: Lake, _ failures: inout [ObjectFailure]
    ) async -> LakeStatus.Day {
        var totals: UsageTotals?
        do {
            totals = try await lake.copy(of: file, in: Folder.temporary)
                .totals(limits: limits).values.reduce(into: UsageTotals()) { $0 += $1 }
        } catch {
            failures.append(ObjectFailure(error, of: file.object.name))
        }
        return LakeStatus.Day(day: file.day, totals: totals)
    }
}
