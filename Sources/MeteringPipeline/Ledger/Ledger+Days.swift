package import BedrockMetering
internal import GRDB

extension Ledger {
    /// The days of `period`, or all where nil, in their order.
    package func days(in period: UsagePeriod? = nil) throws(PipelineError) -> [LedgerDay] {
        try read { database in
            try database.rows("\(Self.selectDay) WHERE \(Self.isDay(in: period)) ORDER BY day")
                .map(Self.day(from:))
        }
    }

    /// A day; nil where no run has written it.
    package func day(_ day: UsageDay) throws(PipelineError) -> LedgerDay? {
        try days(in: .day(day)).first
    }

    /// The sums of a day by tenant, which verification compares and restatements refer to.
    package func tenants(
        of day: UsageDay
    ) throws(PipelineError) -> [TenantID: UsageTotals] {
        try read { try tenants(of: day, $0) }
    }

    /// Whether any day has usage of `tenant`.
    package func knows(_ tenant: TenantID) throws(PipelineError) -> Bool {
        try read { database in
            try database.row(
                "SELECT 1 FROM day_tenant WHERE tenant = \(exactly: tenant.rawValue) LIMIT 1"
            ) != nil
        }
    }

    /// Notes by what the file of a day, which is unchanged, is known from now on.
    package func setFileTag(_ tag: String, of day: UsageDay) throws(PipelineError) {
        try write { try $0.change("UPDATE day SET file_tag = \(tag) WHERE day = \(day)") }
    }

    /// Closes a day, so that any later change to it is a restatement. One that is closed stays so, with
    /// the time that it was closed first.
    ///
    /// - Parameters:
    ///   - force: whether to close it even before its exports can be final; from then on, whether to give
    ///     up what nights have not read of it.
    ///   - isEmpty: whether the lake has nothing of the day, so that it may be closed as one without
    ///     usage where the ledger does not know it.
    /// - Throws: ``PipelineError`` with `notFound` where the ledger does not know the day, which is not
    ///   empty, with `usage` where it is too early.
    @discardableResult
    package func close(
        _ day: UsageDay, now: EventTime, force: Bool = false, isEmpty: Bool = false
    ) throws(PipelineError) -> LedgerDay {
        try write { database in
            func stored() throws -> LedgerDay? {
                try database.row("\(Self.selectDay) WHERE day = \(day)").map(Self.day(from:))
            }
            let present = try stored()
            guard present != nil || isEmpty else {
                throw PipelineError(
                    code: .notFound, location: day.description,
                    reason:
                        "the ledger does not know the day's file; an ingest over the day's objects "
                        + "makes it known"
                )
            }
            let earliest = LedgerDay.earliestClosing(of: day)
            if force, now >= earliest { try giveUp(day, now: now, database) }
            if let present, present.closed != nil { return present }
            guard force || now >= earliest else {
                throw PipelineError(
                    code: .usage, location: day.description,
                    reason: "exports of this day are not final before \(earliest)"
                )
            }
            if present == nil {
                // Nothing says so far that anybody has looked for the day's usage.
                guard try force || hasIngested(since: earliest, database) else {
                    throw PipelineError(
                        code: .usage, location: day.description,
                        reason: "the lake has nothing of this day, and no ingest has run since its "
                            + "exports can be final; --force closes it as a day without usage"
                    )
                }
                try recordEmpty(day, now: now, database)
            }
            try database.change("UPDATE day SET closed_microseconds = \(now) WHERE day = \(day)")
            guard let closed = try stored() else { throw UnsoundValueError() }
            return closed
        }
    }

    /// Records a day as a run has left it.
    ///
    /// - Returns: what that restates, where the day was closed and is not what it was.
    func record(
        _ contents: DayContents, by run: LedgerRun.ID, _ kind: LedgerRun.Kind, now: EventTime,
        _ database: Database
    ) throws -> Restatement? {
        let stored = try database.row("\(Self.selectDay) WHERE day = \(contents.day)")
            .map(Self.day(from:))
        let before = try stored.map { _ in try tenants(of: contents.day, database) }
        let isChanged =
            stored?.checksum != contents.checksum || stored?.file != contents.file
            || before != contents.tenants
        let isExplained = contents.previous == nil || contents.previous == stored?.checksum
        let isRebuilt = kind == .rebuild
        let mayHoldUnknownRows =
            !contents.holdsOnlyReadRows
            && (isRebuilt || !isExplained || stored?.mayHoldUnknownRows == true)
        let totals = contents.totals
        try database.change(
            """
            INSERT INTO day (
                day, file, sha256, file_size, file_tag, requests, \(Self.tokenColumns),
                changed_microseconds, unlisted_conflicts, may_hold_unknown_rows
            ) VALUES (
                \(contents.day), \(exactly: contents.file), \(contents.checksum.description),
                \(contents.fileSize), \(contents.fileTag), \(totals.requests), \(Self.tokenValues(totals)),
                \(isChanged ? now : stored?.changed ?? now), 0, \(mayHoldUnknownRows)
            )
            ON CONFLICT (day) DO UPDATE SET
                file = excluded.file, sha256 = excluded.sha256, file_size = excluded.file_size,
                file_tag = excluded.file_tag,
                requests = excluded.requests, input_tokens = excluded.input_tokens,
                output_tokens = excluded.output_tokens,
                cache_read_input_tokens = excluded.cache_read_input_tokens,
                cache_write_input_tokens = excluded.cache_write_input_tokens,
                total_tokens = excluded.total_tokens,
                changed_microseconds = excluded.changed_microseconds,
                may_hold_unknown_rows = excluded.may_hold_unknown_rows
            """
        )
        if isRebuilt { try forgetConflicts(on: contents.day, database) }
        try record(contents.contested, database)
        guard isChanged else { return nil }
        try replaceTenants(of: contents.day, with: contents.tenants, database)
        guard let stored, stored.closed != nil else { return nil }
        let differences = Restatement.differences(from: before ?? [:], to: contents.tenants)
        // The same rows in another format are no other day.
        guard !differences.isEmpty || stored.file == contents.file else { return nil }
        return try record(
            differences, of: stored, to: contents, by: run, kind, now: now, database
        )
    }

    /// Records a day that the lake has nothing of, unless it is known already.
    func recordEmpty(_ day: UsageDay, now: EventTime, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO day (
                day, file, sha256, file_size, file_tag, requests, \(Self.tokenColumns),
                changed_microseconds, unlisted_conflicts, may_hold_unknown_rows
            ) VALUES (
                \(day), '', \(Checksum(of: []).description), 0,
                \(LedgerDay.tag(of: ObjectVersion.nothing)), 0, \(Self.tokenValues(UsageTotals())),
                \(now), 0, 0
            )
            ON CONFLICT (day) DO NOTHING
            """
        )
    }

    /// Whether an ingest that began at `time` or later has come to its end.
    private func hasIngested(since time: EventTime, _ database: Database) throws -> Bool {
        try database.row(
            """
            SELECT 1 FROM run
            WHERE kind = \(LedgerRun.Kind.ingest.rawValue) AND started_microseconds >= \(time)
                AND outcome IN (
                    \(LedgerRun.Outcome.complete.rawValue), \(LedgerRun.Outcome.partial.rawValue)
                )
            """
        ) != nil
    }

    private func tenants(
        of day: UsageDay, _ database: Database
    ) throws -> [TenantID: UsageTotals] {
        var tenants: [TenantID: UsageTotals] = [:]
        let rows = try database.rows(
            """
            SELECT *, \(exactColumn: "tenant") AS exact_tenant FROM day_tenant WHERE day = \(day)
            """
        )
        for row in rows {
            tenants[TenantID(try row.exactText("exact_tenant"))] = try Self.totals(from: row)
        }
        return tenants
    }

    private func replaceTenants(
        of day: UsageDay, with tenants: [TenantID: UsageTotals], _ database: Database
    ) throws {
        try database.change("DELETE FROM day_tenant WHERE day = \(day)")
        for (tenant, totals) in tenants {
            try database.change(
                """
                INSERT INTO day_tenant (day, tenant, requests, \(Self.tokenColumns)) VALUES (
                    \(day), \(exactly: tenant.rawValue), \(totals.requests),
                    \(Self.tokenValues(totals))
                )
                """
            )
        }
    }

    /// The rows of days, each with the number of its listed conflicts.
    private static let selectDay: SQL = """
        SELECT day.*, (SELECT count(*) FROM conflict WHERE conflict.day = day.day) AS conflicts
        FROM day
        """

    static let tokenColumns: SQL = """
        input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, total_tokens
        """

    private static func tokenValues(_ totals: UsageTotals) -> SQL {
        """
        \(String(totals.input)), \(String(totals.output)), \(String(totals.cacheRead)), \
        \(String(totals.cacheWrite)), \(String(totals.total))
        """
    }

    static func isDay(in period: UsagePeriod?) -> SQL {
        guard let period else { return "TRUE" }
        return "day BETWEEN \(period.first) AND \(period.last)"
    }

    private static func totals(from row: Row) throws -> UsageTotals {
        func sum(_ column: String) throws -> UInt128 {
            try row.parsed(column) { UInt128($0) }
        }
        var totals = UsageTotals()
        totals.requests = try row.value("requests")
        totals.input = try sum("input_tokens")
        totals.output = try sum("output_tokens")
        totals.cacheRead = try sum("cache_read_input_tokens")
        totals.cacheWrite = try sum("cache_write_input_tokens")
        totals.total = try sum("total_tokens")
        return totals
    }

    private static func day(from row: Row) throws -> LedgerDay {
        LedgerDay(
            day: try row.day("day"), file: try row.value("file"),
            checksum: try row.parsed("sha256") { Checksum($0) },
            fileSize: try row.value("file_size"), fileTag: try row.value("file_tag"),
            totals: try totals(from: row),
            changed: try row.time("changed_microseconds"),
            conflicts: try row.value("unlisted_conflicts") == 0
                ? row.value("conflicts") as Int : nil,
            mayHoldUnknownRows: try row.value("may_hold_unknown_rows"),
            closed: try row.optionalTime("closed_microseconds")
        )
    }
}
