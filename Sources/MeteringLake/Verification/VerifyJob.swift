package import BedrockMetering

/// Reads every day file again, and compares its checksum and its sums with what the ledger says.
package struct VerifyJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// The days to verify; all where nil.
    package var period: UsagePeriod?
    package var limits: DecodingLimits
    package var stores = Stores.local

    package init(
        of lake: String, ledger: String? = nil, period: UsagePeriod? = nil,
        limits: DecodingLimits = DecodingLimits(), stores: Stores = .local
    ) {
        self.lake = lake
        self.ledger = ledger
        self.period = period
        self.limits = limits
        self.stores = stores
    }

    /// The days of the ledger and of the lake, in their order, and files of other writers that an ingest
    /// cannot take over; of a lake that has no ledger yet, what its files alone tell.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake, or not the ledger that was named,
    ///   with `lakeIsHeld` where a run is under way.
    package func run() async throws -> LakeVerification {
        let books = try await LakeLedger(lake: lake, ledger: ledger, stores: stores)
        let lock = try hold(books.lake)
        let ledger = try self.ledger == nil ? books.readingIfThere() : books.reading()
        var verified: [DayVerification] = []
        let known = try ledger?.days(in: period) ?? []
        for day in known {
            let sums = try ledger?.sums(of: day.day) ?? UsageSums()
            verified.append(
                DayVerification(
                    day: day.day, file: day.file,
                    findings: try await findings(on: day, sums, in: books.lake)
                )
            )
        }
        let files = Set(known.map(\.file))
        let partitions = try await books.lake.partitions().filter { partition in
            period.map { ($0.first...$0.last).contains(partition.day) } ?? true
        }
        for other in await books.lake.otherFiles(in: partitions, limits: limits) {
            let findings = other.failure.map { [DayVerification.Finding.notTakenOver($0.reason)] }
            verified.append(
                DayVerification(
                    day: other.day, file: other.file, findings: findings ?? [],
                    remark: other.summary))
        }
        for partition in partitions {
            for file in partition.files where !files.contains(books.lake.location(of: file)) {
                verified.append(
                    DayVerification(
                        day: file.day, file: books.lake.location(of: file),
                        findings: (ledger == nil ? [] : [.unknown])
                            + (await damage(of: file, in: books.lake)),
                        remark: ledger == nil ? "sound, and no ledger to compare it with" : nil
                    )
                )
            }
        }
        let facts = try await FactSurvey(
            of: books.lake, ledger: ledger, in: period, readsAll: true)
        add(facts, to: &verified, await unsettled(facts, known, in: books.lake))
        _ = consume lock
        return LakeVerification(
            days: verified.sorted { ($0.day, $0.file) < ($1.day, $1.file) },
            factBreaks: facts.breaks, facts: facts.count)
    }

    /// The closed days whose files are not what the last facts say.
    private func unsettled(
        _ facts: FactSurvey, _ known: [LedgerDay], in lake: Lake
    ) async -> [UnsettledDay] {
        let unchanged = await lake.unchangedVersions(of: known)
        var trusted: [UsageDay: Checksum] = [:]
        for day in known where unchanged[day.day] != nil { trusted[day.day] = day.checksum }
        return await facts.unsettled(in: lake, trusting: trusted)
    }

    /// Adds what facts say of closed days.
    private func add(
        _ facts: FactSurvey, to verified: inout [DayVerification], _ unsettled: [UnsettledDay]
    ) {
        for day in unsettled {
            let entries = verified.indices.filter {
                verified[$0].day == day.day && !verified[$0].isOfAnotherWriter
            }
            let index = entries.last { !verified[$0].findings.isEmpty } ?? entries.first
            if let index {
                if !verified[index].findings.contains(.missing) {
                    verified[index].findings.append(.notAsClosed)
                }
            } else {
                let file = facts.closedStates[day.day]?.file ?? ""
                verified.append(
                    DayVerification(
                        day: day.day, file: file,
                        findings: [day.reason == .gone ? .missing : .notAsClosed]))
            }
        }
    }

    /// Keeps runs away meanwhile. A lake that only can be read needs no lock.
    private func hold(_ lake: Lake) throws(PipelineError) -> LakeLock? {
        do throws(PipelineError) {
            return try LakeLock(on: lake)
        } catch {
            guard error.code == .inputOutput else { throw error }
            return nil
        }
    }

    private func findings(
        on day: LedgerDay, _ sums: UsageSums, in lake: Lake
    ) async throws -> [DayVerification.Finding] {
        guard let file = lake.file(of: day) else { return day.isEmpty ? [] : [.unknown] }
        let copy: DayCopy
        do {
            copy = try await lake.copy(of: file, in: .temporary)
        } catch let error as PipelineError where error.code == .notFound {
            return [.missing]
        }
        var findings: [DayVerification.Finding] = []
        if try copy.checksum() != day.checksum { findings.append(.checksum) }
        do {
            let present = UsageSums(try copy.sums())
            if !sums.changes(to: present).isEmpty { findings.append(.totals) }
        } catch {
            findings.append(.damaged(ObjectFailure(error, of: file.object.name).reason))
        }
        return findings
    }

    private func damage(of file: DayFile, in lake: Lake) async -> [DayVerification.Finding] {
        do {
            _ = try await lake.copy(of: file, in: .temporary).sums()
            return []
        } catch {
            return [.damaged(ObjectFailure(error, of: file.object.name).reason)]
        }
    }
}
