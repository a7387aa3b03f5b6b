package import BedrockMetering
internal import GRDB

extension Ledger {
    /// The calls of `period`, or of all days where nil, of which runs of 0.1.0 met more than one version, in
    /// the order of days, tenants and request ids: since then the lake itself lists them, with versions.
    package func conflicts(
        in period: UsagePeriod? = nil
    ) throws(PipelineError) -> [CallConflict] {
        try read { database in
            try database.rows(
                """
                SELECT day, \(exactColumn: "tenant") AS exact_tenant,
                    \(exactColumn: "request") AS exact_request
                FROM conflict WHERE \(Self.isDay(in: period)) ORDER BY day, tenant, request
                """
            ).map { row in
                CallConflict(
                    day: try row.day("day"), tenant: TenantID(try row.exactText("exact_tenant")),
                    request: RequestID(try row.exactText("exact_request")))
            }
        }
    }

    /// Forgets what runs of 0.1.0 have listed of a day.
    func forgetConflicts(on day: UsageDay, _ database: Database) throws {
        try database.change("DELETE FROM conflict WHERE day = \(day)")
        try database.change("UPDATE day SET unlisted_conflicts = 0 WHERE day = \(day)")
    }
}
