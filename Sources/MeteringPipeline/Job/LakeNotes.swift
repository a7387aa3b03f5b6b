internal import BedrockMetering

/// What a report over a lake has to say beside its rows, as the lake and its ledger tell.
struct LakeNotes {
    let lake: Lake
    /// The lake as commands name it.
    let name: String
    let query: UsageQuery
    /// The ledger's file; nil for the lake's own.
    let ledger: String?
    let now: EventTime

    /// What a report met while it merged files that lie beside day files.
    struct Met {
        var rejects = 0
        var ambiguous = 0
        var contested: Set<ContestedCall> = []
        /// All tenants on the days of the period, where the query names some.
        var tenants: Set<TenantID> = []

        mutating func add(_ day: LakeDayReader.Met?) {
            guard let day else { return }
            contested.formUnion(day.contested)
            ambiguous += day.ambiguous
        }
    }

    struct Findings {
        var notes: ReportNotes
        /// How final the days are; nil where that is not known.
        var days: [UsageReport.Day]?
        /// Days whose files are gone.
        var failures: [ObjectFailure] = []
        /// Why the ledger could not be read; nil where it was, or none was ever there.
        var ledgerFailure: PipelineError?
    }

    /// - Throws: ``PipelineError`` where the lake cannot be listed.
    func findings(
        _ partitions: [Lake.Partition], _ met: Met
    ) async throws(PipelineError) -> Findings {
        var findings = Findings(notes: ReportNotes(lake: name))
        findings.notes.unknownTenants = query.tenants.subtracting(met.tenants).sorted()
        var present = Set(partitions.filter { !$0.isEmpty }.map(\.day))
        do throws(PipelineError) {
            let known = try await read(partitions, met, &findings)
            present.formUnion(known)
        } catch {
            try await describe(error, met, &findings)
        }
        for day in query.utcDays.days where !present.contains(day) {
            if now >= LedgerDay.earliestClosing(of: day) {
                findings.notes.missing.append(day)
            } else {
                findings.notes.pending.append(day)
            }
        }
        if present.isEmpty {
            findings.notes.daysOfLake = try await lake.partitions().filter { !$0.isEmpty }
                .map(\.day)
        }
        if !findings.notes.unknownTenants.isEmpty {
            findings.notes.tenantsOfPeriod = met.tenants.sorted()
        }
        return findings
    }

    /// Adds what the ledger tells of the days; returns those that it knows.
    private func read(
        _ partitions: [Lake.Partition], _ met: Met, _ findings: inout Findings
    ) async throws(PipelineError) -> [UsageDay] {
        let period = query.utcDays
        let ledger = try Ledger(readingAt: ledger ?? lake.ledgerFile)
        let known = try ledger.days(in: period)
        let files = Set(partitions.filter { !$0.files.isEmpty }.map(\.day))
        for day in known where !day.isEmpty && !files.contains(day.day) {
            // A run that ended meanwhile has put the file there before it recorded the day.
            guard try await lake.partition(of: day.day).files.isEmpty else { continue }
            findings.failures.append(
                ObjectFailure(
                    location: "\(lake.root.appending(day.file))",
                    reason: "is gone, and with it \(day.totals.requests) calls that were recorded; "
                        + "meter-etl rebuild --day \(day.day) makes it again"))
        }
        try countCalls(of: known, in: ledger, met, &findings.notes)
        for tenant in findings.notes.unknownTenants where try ledger.knows(tenant) {
            findings.notes.unknownTenants.removeAll { $0 == tenant }
        }
        findings.days = try states(of: known, partitions, in: ledger)
        return known.map(\.day)
    }

    /// Adds the lines and calls that may be of the days and are open, in doubt or in conflict.
    private func countCalls(
        of days: [LedgerDay], in ledger: Ledger, _ met: Met, _ notes: inout ReportNotes
    ) throws(PipelineError) {
        notes.counts.rejects = try ledger.openRejects(in: query.utcDays) + met.rejects
        notes.conflictsNotListed = days.filter { $0.conflicts == nil }.map(\.day)
        let listed = try ledger.conflicts(in: query.utcDays)
        notes.counts.conflicts = query.conflicts(of: met.contested.union(listed))
    }

    /// How final the days are that the lake holds, or that the ledger knows; one that the ledger does not
    /// know is provisional.
    private func states(
        of known: [LedgerDay], _ partitions: [Lake.Partition], in ledger: Ledger
    ) throws(PipelineError) -> [UsageReport.Day] {
        let closed = Set(known.lazy.filter { $0.closed != nil }.map(\.day))
        let filled = partitions.filter { !$0.files.isEmpty || !$0.others.isEmpty }
        var restatements: [UsageDay: Int] = [:]
        for restatement in try ledger.restatements(in: query.utcDays) {
            restatements[restatement.day, default: 0] += 1
        }
        return Set(filled.map(\.day)).union(known.map(\.day)).sorted().map { day in
            UsageReport.Day(
                day: day, state: closed.contains(day) ? .closed : .provisional,
                restatements: restatements[day] ?? 0
            )
        }
    }

    /// Says what is not known since the ledger cannot be read.
    private func describe(
        _ error: PipelineError, _ met: Met, _ findings: inout Findings
    ) async throws(PipelineError) {
        let isNone = error.code == .notFound && ledger == nil
        let reason = isNone ? "there is no ledger of this lake here" : "\(error)"
        if !isNone { findings.ledgerFailure = error }
        findings.notes.finalityNotKnown = reason
        findings.notes.countsNotKnown = reason
        findings.notes.counts = ReportNotes.Counts()
        // All rejected lines are kept in the lake itself; which were taken back in, the ledger knows.
        let files = try await lake.objects(under: Lake.rejectedName).count
        if files == 0 {
            findings.notes.counts.rejects = met.rejects
        } else {
            findings.notes.rejectFiles = files
        }
    }
}

extension UsageQuery {
    /// How many calls are of tenants that the query counts.
    func conflicts(of calls: some Sequence<ContestedCall>) -> Int {
        calls.count { tenants.isEmpty || tenants.contains($0.tenant) }
    }
}
