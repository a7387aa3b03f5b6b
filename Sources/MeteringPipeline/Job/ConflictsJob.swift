package import BedrockMetering

/// Lists calls in conflict.
package struct ConflictsJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// The days asked for; all where nil.
    package var period: UsagePeriod?
    /// The tenants asked for; all where there are none.
    package var tenants: Set<TenantID> = []
    var stores = Stores.standard

    package init(of lake: String, ledger: String? = nil, period: UsagePeriod? = nil) {
        self.lake = lake
        self.ledger = ledger
        self.period = period
    }

    package struct Outcome: Sendable {
        /// In the order of days, tenants and request ids.
        package let calls: [ContestedCall]
        /// What may be missing of them, by day.
        package let remarks: [String]
    }

    /// The calls of which runs met more than one version.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake or no ledger.
    package func run() async throws -> Outcome {
        let ledger = try await LakeLedger(lake: lake, ledger: ledger, stores: stores).reading()
        let calls = try ledger.conflicts(in: period)
        return Outcome(
            calls: tenants.isEmpty ? calls : calls.filter { tenants.contains($0.tenant) },
            remarks: try ledger.days(in: period).compactMap(\.unlistedConflictsRemark))
    }
}

extension LedgerDay {
    /// Says that conflicts of the day are not listed; nil where all are.
    var unlistedConflictsRemark: String? {
        guard conflicts == nil else { return nil }
        return "\(day): the conflicts that an older version counted are not listed; "
            + "meter-etl rebuild --day \(day) lists them"
    }
}

extension ContestedCall {
    /// `2025-12-07: tenant acme, request 0b54c2d7-5f5a-4c09-9d5f-6f9d2c1b7a11`.
    package var text: String {
        "\(day): tenant \(TerminalText.visible(tenant.rawValue)), "
            + "request \(TerminalText.visible(request.rawValue))"
    }

    package func json() -> String {
        JSONText.object([
            ("day", JSONText.quoted(day.description)),
            ("tenant_id", JSONText.quoted(tenant.rawValue)),
            ("request_id", JSONText.quoted(request.rawValue)),
        ])
    }
}
