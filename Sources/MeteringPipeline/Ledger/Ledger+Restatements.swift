package import BedrockMetering
internal import GRDB

extension Ledger {
    /// The restatements of the days of `period`, or of all where nil, in the order of days, those of
    /// one day in the order in which they came.
    package func restatements(
        in period: UsagePeriod? = nil
    ) throws(PipelineError) -> [Restatement] {
        try read { database in
            let rows = try database.rows(
                """
                SELECT restatement.*, run.kind AS kind
                FROM restatement JOIN run ON run.number = restatement.run
                WHERE \(Self.isDay(in: period)) ORDER BY day, restatement.number
                """
            )
            return try rows.map { row in
                Restatement(
                    number: try row.value("number"), day: try row.day("day"),
                    run: try row.value("run"),
                    reason: try row.parsed("kind") { LedgerRun.Kind(rawValue: $0) },
                    time: try row.time("time_microseconds"),
                    before: try row.parsed("sha256_before") { Checksum($0) },
                    after: try row.parsed("sha256_after") { Checksum($0) },
                    differences: try differences(of: try row.value("number"), database)
                )
            }
        }
    }

    /// Records that a closed day has changed.
    func record(
        _ differences: [Restatement.TenantDifference], of stored: LedgerDay,
        to contents: DayContents, by run: LedgerRun.ID, _ kind: LedgerRun.Kind, now: EventTime,
        _ database: Database
    ) throws -> Restatement {
        try database.change(
            """
            INSERT INTO restatement (day, run, time_microseconds, sha256_before, sha256_after)
            VALUES (
                \(contents.day), \(run), \(now), \(stored.checksum.description),
                \(contents.checksum.description)
            )
            """
        )
        let number = database.lastInsertedRowID
        for entry in differences {
            let change = entry.difference
            try database.change(
                """
                INSERT INTO restatement_tenant (restatement, tenant, requests, \(Self.tokenColumns))
                VALUES (
                    \(number), \(exactly: entry.tenant.rawValue), \(change.requests),
                    \(String(change.input)), \(String(change.output)),
                    \(String(change.cacheRead)), \(String(change.cacheWrite)),
                    \(String(change.total))
                )
                """
            )
        }
        return Restatement(
            number: number, day: contents.day, run: run, reason: kind, time: now,
            before: stored.checksum, after: contents.checksum, differences: differences
        )
    }

    private func differences(
        of restatement: Int64, _ database: Database
    ) throws -> [Restatement.TenantDifference] {
        try database.rows(
            """
            SELECT *, \(exactColumn: "tenant") AS exact_tenant FROM restatement_tenant
            WHERE restatement = \(restatement) ORDER BY tenant
            """
        ).map { row in
            func sum(_ column: String) throws -> Int128 {
                try row.parsed(column) { Int128($0) }
            }
            var change = Restatement.Difference()
            change.requests = try row.value("requests")
            change.input = try sum("input_tokens")
            change.output = try sum("output_tokens")
            change.cacheRead = try sum("cache_read_input_tokens")
            change.cacheWrite = try sum("cache_write_input_tokens")
            change.total = try sum("total_tokens")
            return Restatement.TenantDifference(
                tenant: TenantID(try row.exactText("exact_tenant")), difference: change
            )
        }
    }
}
