package import BedrockMetering

/// Decides calls in conflict: which of their versions are rows of the lake from now on.
///
/// A decision is a fact, made before anything else; then the day's file is written by it. Where that is
/// interrupted, the next run that changes the lake goes on.
package struct DecideJob: Sendable {
    package var lake: String
    package var ledger: String?
    package var selection: Selection
    package var choice: Choice
    /// Why, as the fact says it.
    package var reason: String?
    package var overwritesUnconditionally = false
    package var clock = LedgerClock.system
    package var stores = Stores.local

    /// Which calls.
    package enum Selection: Sendable, Hashable {
        case call(UsageDay, TenantID, RequestID)
        /// All that are open, of some days and tenants, or of all.
        case open(UsagePeriod?, Set<TenantID>)

        package var period: UsagePeriod? {
            switch self {
            case .call(let day, _, _): .day(day)
            case .open(let period, _): period
            }
        }
    }

    /// Which versions.
    package enum Choice: Sendable, Hashable {
        /// That of a number as they are listed, or, which is safer in scripts, of a mark.
        case version(String)
        /// That which counts where nobody decides.
        case largest
        /// Each is a call of its own.
        case all
    }

    package init(
        _ selection: Selection, keeping choice: Choice, of lake: String, ledger: String? = nil,
        stores: Stores = .local
    ) {
        self.selection = selection
        self.choice = choice
        self.lake = lake
        self.ledger = ledger
        self.stores = stores
    }

    package struct Outcome: Sendable {
        /// What was decided, in the order of days, tenants and request ids.
        package internal(set) var decisions: [ConflictDecision] = []
        /// Calls that were decided so before.
        package internal(set) var known = 0
        /// Days whose files could not be written, while the decisions hold.
        package internal(set) var failures: [ObjectFailure] = []
        /// Closed days that have changed.
        package internal(set) var restated: [UsageDay] = []
        package internal(set) var warnings: [String] = []
    }

    /// Decides, and writes the days by it.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake or no such call or version, with
    ///   `lakeIsHeld` where a run is under way; nothing is decided then.
    package func run() async throws -> Outcome {
        let lake = Lake(
            at: try ObjectLocation(lake), stores: stores,
            overwritesUnconditionally: overwritesUnconditionally)
        try await lake.checkExistence()
        let lock = try LakeLock(on: lake)
        try lake.clearStaging()
        var record = try await RunRecord(.decide, of: lake, ledger: ledger, clock: clock)
        do {
            let outcome = try await decide(in: lake, recording: &record)
            _ = consume lock
            return outcome
        } catch {
            record.fail()
            throw error
        }
    }

    private func decide(
        in lake: Lake, recording record: inout RunRecord
    ) async throws -> Outcome {
        var outcome = Outcome()
        for call in try selected(from: try await record.conflicts(in: selection.period)) {
            let kept = try kept(of: call)
            let decision = CallDecision(
                kept: kept, dropped: call.versions.map(\.record).filter { !kept.contains($0) })
            if !call.isOpen, call.decision?.decision.decision.kept == kept {
                outcome.known += 1
                continue
            }
            outcome.decisions.append(
                ConflictDecision(
                    day: call.day, tenant: call.tenant, request: call.request, decision: decision,
                    counted: call.counted, reason: reason))
        }
        for decision in outcome.decisions { try await record.decide(decision) }
        var days: [DayContents] = []
        let unapplied = try record.unappliedDays()
        for day in Set(outcome.decisions.map(\.day)).union(unapplied).sorted() {
            do {
                if let contents = try await record.apply(decisionsOn: day) {
                    days.append(contents)
                }
            } catch {
                if let error = error as? PipelineError, error.code == .inputOutput { throw error }
                outcome.failures.append(ObjectFailure(error, of: "\(day)"))
            }
        }
        outcome.restated = try await record.finish(RunResult(days: days))
        outcome.warnings = record.warnings
        return outcome
    }

    private func selected(from conflicts: LakeConflicts) throws(PipelineError) -> [LakeConflict] {
        switch selection {
        case .open(_, let tenants):
            return conflicts.open.filter { tenants.isEmpty || tenants.contains($0.tenant) }
        case .call(let day, let tenant, let request):
            let call = conflicts.calls.first { $0.tenant == tenant && $0.request == request }
            guard let call else {
                throw PipelineError(
                    code: .notFound, location: "\(day)",
                    reason: "there is no call in conflict of that tenant and request; "
                        + ShellWord.command(["conflicts", "--day", "\(day)"], lake: lake)
                        + " lists them")
            }
            return [call]
        }
    }

    /// The versions of a call that are to be kept.
    package func kept(of call: LakeConflict) throws(PipelineError) -> [UsageRecord] {
        let versions = call.versions
        guard let largest = versions.first else {
            throw PipelineError(
                code: .notFound, location: call.name,
                reason: "its versions are not kept; "
                    + ShellWord.command(["rebuild", "--day", "\(call.day)"], lake: lake)
                    + " lists them")
        }
        switch choice {
        case .largest: return [largest.record]
        case .all: return versions.map(\.record)
        case .version(let name):
            if name.utf8.count == CallVersion.markSize {
                let marked = versions.filter { $0.mark == name }
                if marked.count == 1 { return marked.map(\.record) }
            } else if let number = Int(name), versions.indices.contains(number - 1) {
                return [versions[number - 1].record]
            }
            throw PipelineError(
                code: .notFound, location: call.name,
                reason: "has no version \(name), only 1 to \(versions.count), which are "
                    + versions.prefix(9).map(\.mark).joined(separator: ", "))
        }
    }
}

extension DecideJob.Outcome {
    package func text() -> String {
        var lines = decisions.map { decision in
            let kept = decision.decision.kept.map { CallVersion.mark(of: $0) }
            return "\(decision.day): tenant \(decision.tenant.rawValue), "
                + "request \(decision.request.rawValue): kept "
                + kept.joined(separator: ", ") + ", dropped \(decision.decision.dropped.count)"
        }
        if known > 0 { lines.append("decided so before: \(known)") }
        for day in restated { lines.append("\(day) was closed, and is restated") }
        return TerminalText.lines(lines)
    }

    package func json() -> String {
        let decisions = decisions.map { decision in
            func marks(_ records: [UsageRecord]) -> String {
                JSONText.array(records.map { JSONText.quoted(CallVersion.mark(of: $0)) })
            }
            return JSONText.object([
                ("day", JSONText.quoted("\(decision.day)")),
                ("tenant_id", JSONText.quoted(decision.tenant.rawValue)),
                ("request_id", JSONText.quoted(decision.request.rawValue)),
                ("kept", marks(decision.decision.kept)),
                ("dropped", marks(decision.decision.dropped)),
            ])
        }
        return JSONText.document([
            ("decided", JSONText.array(decisions)), ("known", String(known)),
            ("restated", JSONText.array(restated.map { JSONText.quoted("\($0)") })),
            ("failures", JSONText.array(failures.map { $0.json() })),
        ])
    }
}
