package import BedrockMetering
internal import Foundation
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

    /// The sums of a day by tenant and model, which verification compares and restatements refer to.
    package func sums(of day: UsageDay) throws(PipelineError) -> UsageSums {
        try read { try sums(of: day, $0) }
    }

    /// Whether any day has usage of `tenant`.
    package func knows(_ tenant: TenantID) throws(PipelineError) -> Bool {
        try read { database in
            try database.row(
                "SELECT 1 FROM day_sum WHERE tenant = \(exactly: tenant.rawValue) LIMIT 1"
            ) != nil
        }
    }

    /// Notes by what the file of a day, which is unchanged, is known from now on.
    package func setFileTag(_ tag: String, of day: UsageDay) throws(PipelineError) {
        try write { try $0.change("UPDATE day SET file_tag = \(tag) WHERE day = \(day)") }
    }

    /// Refuses to close a day of which it is too early to say that it is whole.
    ///
    /// - Parameters:
    ///   - force: whether to close it even before its exports can be final.
    ///   - isEmpty: whether it is meant to be closed as one without usage, though nothing is known of it.
    /// - Returns: the day as it is to be closed; nil where the ledger has nothing of it.
    /// - Throws: ``PipelineError`` with `notFound` where the ledger does not know the day, with `usage`
    ///   where it is too early.
    func checkClosing(
        _ day: UsageDay, now: EventTime, force: Bool, isEmpty: Bool
    ) throws(PipelineError) -> LedgerDay? {
        let known = try self.day(day)
        let earliest = LedgerDay.earliestClosing(of: day)
        guard force || now >= earliest else {
            throw PipelineError(
                code: .usage, location: day.description,
                reason: "exports of this day are not final before \(earliest)"
            )
        }
        guard known != nil || isEmpty else {
            throw PipelineError(
                code: .notFound, location: day.description,
                reason: "the ledger does not know the day's file; an ingest over the day's objects "
                    + "makes it known"
            )
        }
        return known
    }

    /// Records a day without usage, and that nights give up what they have not read of it, as far as
    /// either is wanted.
    func noteClosing(
        of day: UsageDay, isEmpty: Bool, givesUp: Bool, now: EventTime
    ) throws(PipelineError) {
        try write { database in
            if isEmpty { try recordEmpty(day, now: now, database) }
            if givesUp { try giveUp(day, now: now, database) }
        }
    }

    /// Records a day as a run has left it.
    func record(
        _ contents: DayContents, by kind: LedgerRun.Kind, now: EventTime, _ database: Database
    ) throws {
        let stored = try database.row("\(Self.selectDay) WHERE day = \(contents.day)")
            .map(Self.day(from:))
        let before = try sums(of: contents.day, database)
        let after = UsageSums(contents.sums)
        let isChanged =
            stored?.checksum != contents.checksum || stored?.file != contents.file
            || !before.changes(to: after).isEmpty
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
                changed_microseconds, unlisted_conflicts, ambiguous, may_hold_unknown_rows
            ) VALUES (
                \(contents.day), \(exactly: contents.file), \(contents.checksum.description),
                \(contents.fileSize), \(contents.fileTag), \(totals.requests), \(Self.tokenValues(totals)),
                \(isChanged ? now : stored?.changed ?? now), 0,
                \(isRebuilt ? contents.ambiguous : max(contents.ambiguous, stored?.ambiguous ?? 0)),
                \(mayHoldUnknownRows)
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
                ambiguous = excluded.ambiguous,
                may_hold_unknown_rows = excluded.may_hold_unknown_rows
            """
        )
        try forgetAnnouncements(of: contents.day, database)
        if isRebuilt { try forgetConflicts(on: contents.day, database) }
        if before != after { try replaceSums(of: contents.day, with: contents.sums, database) }
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

    func sums(of day: UsageDay, _ database: Database) throws -> UsageSums {
        var sums: [TenantModel: UsageTotals] = [:]
        let rows = try database.rows(
            """
            SELECT *, \(exactColumn: "tenant") AS exact_tenant, \(exactColumn: "model") AS exact_model
            FROM day_sum WHERE day = \(day)
            """
        )
        for row in rows { sums[try Self.key(from: row)] = try Self.totals(from: row) }
        return UsageSums(sums)
    }

    private static func key(from row: Row) throws -> TenantModel {
        let model = try row.exactText("exact_model")
        return TenantModel(
            TenantID(try row.exactText("exact_tenant")),
            model.isEmpty ? nil : ModelID(model))
    }

    private func replaceSums(
        of day: UsageDay, with sums: [TenantModel: UsageTotals], _ database: Database
    ) throws {
        try database.change("DELETE FROM day_sum WHERE day = \(day)")
        // A statement for all of them: a day has a row for each tenant and model.
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO day_sum (
                    day, tenant, model, requests, input_tokens, output_tokens,
                    cache_read_input_tokens, cache_write_input_tokens, total_tokens
                ) VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, ?, ?, ?)
                """
        )
        let name = day.description
        for (key, totals) in sums {
            try statement.execute(arguments: [
                name, Data(key.tenant.rawValue.utf8), Data((key.model?.rawValue ?? "").utf8),
                totals.requests, String(totals.input), String(totals.output),
                String(totals.cacheRead), String(totals.cacheWrite), String(totals.total),
            ])
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
            ambiguous: try row.value("ambiguous"),
            mayHoldUnknownRows: try row.value("may_hold_unknown_rows")
        )
    }
}
