internal import BedrockMetering
internal import Logging
internal import MeteringLake

/// Which days a night is about.
extension NightlyJob {
    /// What there is to do, noted as begun; nil where that cannot be found out, which the summary tells.
    func plan(
        for lake: Lake, at now: EventTime, _ summary: inout NightlySummary
    ) async -> NightlyPlan? {
        let asked = summary.period
        summary.days = asked.days.map { NightlySummary.Day(day: $0) }
        let found = await step("plan", &summary) {
            let history = try await history(of: lake, before: asked)
            let plan =
                switch span {
                case .night:
                    NightlyPlan(night: asked.last, begun: history.begun, done: history.done)
                case .backfill:
                    NightlyPlan(
                        backfill: asked, done: exportsAgain ? [] : history.done, now: now)
                }
            try begin(plan, of: lake, history.ledger, at: now)
            return (history, plan)
        }
        guard let (history, plan) = found else {
            // What the ledger has of facts is as true as it was.
            let closed = try? Ledger(readingAt: ledger ?? lake.ledgerFile).closedStates(in: asked)
            for index in summary.days.indices {
                summary.days[index].closed = closed?[summary.days[index].day]?.finality.closed
                if summary.days[index].closed == nil { summary.days[index].hold = .notDone }
            }
            return nil
        }
        if history.ledger != .read, history.ledger != .new {
            logger.warning(
                "the ledger is \(history.ledger.rawValue)",
                metadata: ["ledger": "\(ledger ?? lake.ledgerFile)"])
        }
        summary.ledger = history.ledger
        summary.outOfReach = plan.outOfReach
        if case .night = span { summary.isFirst = history.isFirst }
        summary.days = plan.days.map { day in
            var entry = NightlySummary.Day(day: day)
            entry.closed = history.closed[day]
            entry.wasLost = history.lost.contains(day)
            return entry
        }
        return plan
    }

    private func history(
        of lake: Lake, before asked: UsagePeriod
    ) async throws(PipelineError) -> NightlyHistory {
        var period = asked
        if case .night = span {
            let earliest = NightlyPlan.earliest(of: asked.last)
            period = UsagePeriod(from: earliest, to: asked.last) ?? asked
        }
        var history = try await NightlyHistory(
            of: lake, ledger: ledger ?? lake.ledgerFile, input: input, in: period)
        if case .night = span, case .exports(_, let destination) = input {
            try await history.look(at: destination, in: stores.remote, period)
        }
        return history
    }

    /// Has the ledger know what a night begins with before it does, so that the next one goes on with it
    /// wherever this one ends. A night of long ago begins nothing that the next one would go on with, and
    /// neither does a backfill.
    private func begin(
        _ plan: NightlyPlan, of lake: Lake, _ state: NightlySummary.LedgerState, at now: EventTime
    ) throws(PipelineError) {
        guard case .night = span, NightlyPlan.earliest(of: now.day) <= plan.open else { return }
        let path = ledger ?? lake.ledgerFile
        try lake.makeStateFolder()
        // Where it is to be made or replaced, that is for one run at a time.
        let lock = state == .read ? nil : try LakeLock(on: lake)
        let books = try Ledger(at: path, isOwn: ledger == nil)
        if let damaged = books.damaged {
            logger.warning(
                "the ledger was damaged and is made anew",
                metadata: ["ledger": "\(path)", "damaged": "\(damaged)"])
        }
        try books.begin(plan.outOfReach + plan.days, of: input.name, now: now)
        try books.close()
        _ = consume lock
    }
}
