package import BedrockMetering

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
        var contested: Set<CallConflict> = []
        /// The files of days that were read, and the days as they were recorded before that.
        var files: [ReadDayFile] = []
        var recorded: [UsageDay: LedgerDay] = [:]
        /// All tenants on the days of the period, where the query names some.
        var tenants: Set<TenantID> = []

        mutating func add(_ day: (met: LakeDayReader.Met?, read: ReadDayFile?)) {
            if let read = day.read { files.append(read) }
            guard let day = day.met else { return }
            contested.formUnion(day.contested.filter(\.isConflict).map(\.alone))
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
        var ledger: Ledger?
        var known: [LedgerDay] = []
        var announced: [UsageDay: Set<Checksum>] = [:]
        do throws(PipelineError) {
            let books = try Ledger(readingAt: self.ledger ?? lake.ledgerFile)
            // First: what is recorded meanwhile is announced no more.
            announced = try books.announcedFiles(in: query.utcDays)
            known = try await read(partitions, books, met, &findings)
            ledger = books
        } catch {
            known = []
            try await describe(error, met, &findings)
        }
        present.formUnion(known.map(\.day))
        do throws(PipelineError) {
            let survey = try await survey(known, in: ledger, &findings)
            let facts = survey.facts
            if let ledger {
                let expected = ExpectedFiles(announced: announced, closed: facts.closedStates)
                try await compare(met, with: known, in: ledger, expected, &findings)
            }
            count(survey.conflicts, met, &findings.notes)
            present.formUnion(facts.closedStates.keys)
            add(facts, to: &findings, known.map(\.day), partitions, hasLedger: ledger != nil)
        } catch {
            // Rows are of day files alone, which those may read too who may not read the rest.
            guard lake.isLocal else { throw error }
            findings.failures.append(ObjectFailure(error, of: error.location))
            findings.notes.finalityNotKnown = "\(error)"
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
        _ partitions: [Lake.Partition], _ ledger: Ledger, _ met: Met, _ findings: inout Findings
    ) async throws(PipelineError) -> [LedgerDay] {
        let known = try ledger.days(in: query.utcDays)
        let files = Set(partitions.filter { !$0.files.isEmpty }.map(\.day))
        for day in known where !day.isEmpty && !files.contains(day.day) {
            // A run that ended meanwhile has put the file there before it recorded the day.
            guard try await lake.partition(of: day.day).files.isEmpty else { continue }
            findings.failures.append(
                ObjectFailure(
                    location: "\(lake.root.appending(day.file))",
                    reason: "is gone, and with it "
                        + Counted.text(
                            day.totals.requests, "call that was recorded",
                            "calls that were recorded")
                        + "; \(lake.rebuilding(day.day)) makes it again"))
        }
        findings.notes.counts.rejects = try ledger.openRejects(in: query.utcDays) + met.rejects
        findings.notes.counts.ambiguous = known.reduce(met.ambiguous) { $0 + $1.ambiguous }
        for tenant in findings.notes.unknownTenants where try ledger.knows(tenant) {
            findings.notes.unknownTenants.removeAll { $0 == tenant }
        }
        return known
    }

    /// What facts tell of the days, and what is amiss with them.
    private func survey(
        _ known: [LedgerDay], in ledger: Ledger?, _ findings: inout Findings
    ) async throws(PipelineError) -> LakeSurvey {
        let unchanged = await lake.unchangedVersions(of: known)
        let survey = try await LakeSurvey(
            of: lake, ledger: ledger, in: query.utcDays,
            unchanged: known.filter { unchanged[$0.day] != nil })
        // One that is gone may be named already.
        let named = Set(findings.failures.map(\.location))
        findings.failures += survey.failures(in: lake).filter { !named.contains($0.location) }
        return survey
    }

    /// Adds the calls in conflict that nobody has decided, which the lake itself lists.
    private func count(_ conflicts: LakeConflicts, _ met: Met, _ notes: inout ReportNotes) {
        let open = conflicts.open.map {
            CallConflict(day: $0.day, tenant: $0.tenant, request: $0.request)
        }
        notes.counts.conflicts = query.conflicts(of: met.contested.union(open))
        notes.conflictsNotListed = conflicts.remarks.keys.sorted()
    }

    /// Adds how final the days are that the lake holds, or that facts or the ledger know.
    private func add(
        _ facts: FactSurvey, to findings: inout Findings, _ known: [UsageDay],
        _ partitions: [Lake.Partition], hasLedger: Bool
    ) {
        // An older ledger elsewhere may know of closings of which no facts were made.
        guard hasLedger || facts.count > 0 else { return }
        findings.notes.finalityNotKnown = nil
        findings.days = []
        let filled = partitions.filter { !$0.files.isEmpty || !$0.others.isEmpty }
        let days = Set(filled.map(\.day)).union(known).union(facts.closedStates.keys)
        for day in days.sorted() {
            let finality = facts.finality(of: day)
            if case .unknown(let reason) = finality {
                findings.notes.finalityNotKnown = reason
                continue
            }
            findings.days?.append(
                UsageReport.Day(
                    day: day, state: finality.closed == nil ? .provisional : .closed,
                    restatements: finality.restatements))
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
        var files = 0
        do throws(PipelineError) {
            files = try await lake.objects(under: Lake.rejectedName).count
        } catch {
            guard lake.isLocal else { throw error }
            findings.failures.append(ObjectFailure(error, of: error.location))
        }
        if files == 0 {
            findings.notes.counts.rejects = met.rejects
        } else {
            findings.notes.rejectFiles = files
        }
    }
}

extension UsageQuery {
    /// How many calls are of tenants that the query counts.
    package func conflicts(of calls: some Sequence<CallConflict>) -> Int {
        calls.count { tenants.isEmpty || tenants.contains($0.tenant) }
    }
}
