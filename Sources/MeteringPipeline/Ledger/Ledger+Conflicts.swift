package import BedrockMetering
internal import GRDB

extension Ledger {
    /// The calls of `period`, or of all days where nil, of which runs met more than one version, in the
    /// order of days, tenants and request ids.
    package func conflicts(
        in period: UsagePeriod? = nil
    ) throws(PipelineError) -> [ContestedCall] {
        try read { database in
            try database.rows(
                """
                SELECT day, \(exactColumn: "tenant") AS exact_tenant,
                    \(exactColumn: "request") AS exact_request
                FROM conflict WHERE \(Self.isDay(in: period)) ORDER BY day, tenant, request
                """
            ).map { row in
                ContestedCall(
                    day: try row.day("day"), tenant: TenantID(try row.exactText("exact_tenant")),
                    request: RequestID(try row.exactText("exact_request")))
            }
        }
    }

    /// Lists calls of days that are recorded, unless they are listed already.
    func record(_ contested: [ContestedCall], _ database: Database) throws {
        for call in contested {
            try database.change(
                """
                INSERT INTO conflict (day, tenant, request) VALUES (
                    \(call.day), \(exactly: call.tenant.rawValue), \(exactly: call.request.rawValue)
                )
                ON CONFLICT DO NOTHING
                """
            )
        }
    }

    /// Begins the list of a day anew.
    func forgetConflicts(on day: UsageDay, _ database: Database) throws {
        try database.change("DELETE FROM conflict WHERE day = \(day)")
        try database.change("UPDATE day SET unlisted_conflicts = 0 WHERE day = \(day)")
    }
}
