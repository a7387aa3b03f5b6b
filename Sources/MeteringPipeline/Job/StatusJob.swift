package import BedrockMetering

/// Says what state the days of a lake are in. Nothing is made or changed.
package struct StatusJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// The days asked for; all where nil.
    package var period: UsagePeriod?
    package var limits = DecodingLimits()

    package init(of lake: String, ledger: String? = nil, period: UsagePeriod? = nil) {
        self.lake = lake
        self.ledger = ledger
        self.period = period
    }

    /// The days of the lake, as the ledger has them; those that it does not know, as their files say.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake.
    package func run() throws -> LakeStatus {
        let books = try LakeLedger(lake: lake, ledger: ledger)
        var status = LakeStatus(ledger: books.path)
        var known: [UsageDay: LedgerDay] = [:]
        do throws(PipelineError) {
            let ledger = try books.reading()
            for day in try ledger.days(in: period) {
                known[day.day] = day
                status.days.append(try state(of: day, in: ledger, books.lake))
            }
            status.openRejects = try ledger.openRejects().values.reduce(0, +)
            try ledger.close()
        } catch {
            known = [:]
            status.days = []
            status.ledgerFailure = error
        }
        for partition in try books.lake.partitions() {
            let isAskedFor =
                period.map { ($0.first...$0.last).contains(partition.day) } ?? true
            guard isAskedFor, known[partition.day] == nil else { continue }
            for file in partition.files {
                status.days.append(state(of: file, &status.failures))
            }
        }
        status.days.sort { $0.day < $1.day }
        return status
    }

    private func state(
        of day: LedgerDay, in ledger: Ledger, _ lake: Lake
    ) throws(PipelineError) -> LakeStatus.Day {
        var state = LakeStatus.Day(day: day.day, totals: day.totals)
        let rejects = try ledger.openRejects(of: day.day).values.reduce(0, +)
        state.recorded = LakeStatus.Recorded(
            closed: day.closed, changed: day.changed, rejects: rejects, conflicts: day.conflicts,
            isUnchanged: lake.unchangedVersion(of: day) != nil,
            mayHoldUnknownRows: day.mayHoldUnknownRows,
            restatements: try ledger.restatements(in: .day(day.day))
        )
        return state
    }

    private func state(of file: DayFile, _ failures: inout [ObjectFailure]) -> LakeStatus.Day {
        var totals: UsageTotals?
        do {
            totals = try file.totals(limits: limits).values.reduce(into: UsageTotals()) { $0 += $1 }
        } catch {
            failures.append(ObjectFailure(error, of: file.object.path))
        }
        return LakeStatus.Day(day: file.day, totals: totals)
    }
}
