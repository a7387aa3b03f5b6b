package import BedrockMetering

/// Reads every day file again, and compares its checksum and its sums with what the ledger says.
package struct VerifyJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// The days to verify; all where nil.
    package var period: UsagePeriod?
    package var limits: DecodingLimits

    package init(
        of lake: String, ledger: String? = nil, period: UsagePeriod? = nil,
        limits: DecodingLimits = DecodingLimits()
    ) {
        self.lake = lake
        self.ledger = ledger
        self.period = period
        self.limits = limits
    }

    /// The days of the ledger and of the lake, in their order.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake or no ledger, with
    ///   `lakeIsHeld` where a run is under way.
    package func run() throws -> [DayVerification] {
        let books = try LakeLedger(lake: lake, ledger: ledger)
        let lock = try hold(books.lake)
        let ledger = try books.reading()
        var verified: [DayVerification] = []
        let known = try ledger.days(in: period)
        for day in known {
            let tenants = try ledger.tenants(of: day.day)
            verified.append(
                DayVerification(
                    day: day.day, file: day.file,
                    findings: try findings(on: day, tenants, in: books.lake)
                )
            )
        }
        let files = Set(known.map(\.file))
        for partition in try books.lake.partitions() {
            if let period, !(period.first...period.last).contains(partition.day) { continue }
            for file in partition.files where !files.contains(books.lake.location(of: file)) {
                verified.append(
                    DayVerification(
                        day: file.day, file: books.lake.location(of: file),
                        findings: [.unknown] + damage(of: file)
                    )
                )
            }
        }
        _ = consume lock
        return verified.sorted { ($0.day, $0.file) < ($1.day, $1.file) }
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
        on day: LedgerDay, _ tenants: [TenantID: UsageTotals], in lake: Lake
    ) throws -> [DayVerification.Finding] {
        let path = "\(lake.root)/\(day.file)"
        guard FileStatus.exists(path) else { return [.missing] }
        guard
            let format = LakeFormat.allCases.first(where: { day.file.hasSuffix($0.fileExtension) })
        else { return [.unknown] }
        let file = DayFile(day: day.day, format: format, object: LocalStore.Object(path: path))
        var findings: [DayVerification.Finding] = []
        if try Checksum(ofFileAt: path) != day.checksum { findings.append(.checksum) }
        do {
            if try file.totals(limits: limits) != tenants { findings.append(.totals) }
        } catch {
            findings.append(.damaged(ObjectFailure(error, of: path).reason))
        }
        return findings
    }

    private func damage(of file: DayFile) -> [DayVerification.Finding] {
        do {
            _ = try file.totals(limits: limits)
            return []
        } catch {
            return [.damaged(ObjectFailure(error, of: file.object.path).reason)]
        }
    }
}
