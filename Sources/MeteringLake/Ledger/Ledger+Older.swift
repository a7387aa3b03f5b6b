internal import BedrockMetering
internal import GRDB

/// What a ledger of 0.1.0 knows of closed days, until facts are made of it.
extension Ledger {
    /// A fact that is still to be made.
    struct OlderFact: Sendable {
        let time: EventTime
        let content: Fact.Content
        let run: LedgerRun.ID?
    }

    /// The closings and restatements of which no facts were made so far, in the order of their times.
    func olderFacts() throws(PipelineError) -> [OlderFact] {
        try read { database in
            let days = try database.rows(
                "SELECT * FROM day WHERE older_closed_microseconds IS NOT NULL ORDER BY day")
            var facts: [OlderFact] = []
            for row in days { facts += try olderFacts(of: row, database) }
            // A stable order, in which a day is closed before it is restated.
            return facts.enumerated().sorted {
                ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
            }
            .map(\.element)
        }
    }

    /// Notes that there are facts of all that ``olderFacts()`` has.
    func forgetOlderFacts() throws(PipelineError) {
        try write { database in
            try database.change("DELETE FROM older_restatement")
            try database.change("UPDATE day SET older_closed_microseconds = NULL")
        }
    }

    /// Those of a day, in their order.
    private func olderFacts(of row: Row, _ database: Database) throws -> [OlderFact] {
        let (day, file) = (try row.day("day"), try row.value("file") as String)
        let restatements = try olderRestatements(of: day, file, database)
        var sums = try sums(of: day, database)
        for case .dayRestated(let change) in restatements.map(\.content) {
            sums.apply(change.changes, backwards: true)
        }
        let last = try row.parsed("sha256") { Checksum($0) }
        var checksum = last
        if case .dayRestated(let first)? = restatements.first?.content { checksum = first.before }
        let closing = DayClosing(
            day: day, isForced: nil,
            // A day that was closed as an empty one had no file.
            file: checksum == Checksum(of: []) ? "" : file, checksum: checksum, sums: sums)
        var time = try row.time("older_closed_microseconds")
        var facts = [OlderFact(time: time, content: .dayClosed(closing), run: nil)]
        // Conversions were no restatements, and are found where the checksums do not meet.
        func convert(to after: Checksum) {
            guard after != checksum else { return }
            let change = Restatement(
                day: day, reason: LedgerRun.Kind.convert.rawValue, file: file, before: checksum,
                after: after, changes: [])
            facts.append(OlderFact(time: time, content: .dayConverted(change), run: nil))
            checksum = after
        }
        for fact in restatements {
            guard case .dayRestated(let change) = fact.content else { continue }
            time = fact.time
            convert(to: change.before)
            facts.append(fact)
            checksum = change.after
        }
        convert(to: last)
        return facts
    }

    private func olderRestatements(
        of day: UsageDay, _ file: String, _ database: Database
    ) throws -> [OlderFact] {
        let rows = try database.rows(
            """
            SELECT older_restatement.*, run.kind AS kind
            FROM older_restatement JOIN run ON run.number = older_restatement.run
            WHERE day = \(day) ORDER BY older_restatement.number
            """
        )
        return try rows.map { row in
            let change = Restatement(
                day: day, reason: try row.value("kind"), file: file,
                before: try row.parsed("sha256_before") { Checksum($0) },
                after: try row.parsed("sha256_after") { Checksum($0) },
                changes: try olderChanges(of: try row.value("number"), database))
            return OlderFact(
                time: try row.time("time_microseconds"), content: .dayRestated(change),
                run: try row.value("run"))
        }
    }

    private func olderChanges(
        of restatement: Int64, _ database: Database
    ) throws -> [Restatement.Change] {
        try database.rows(
            """
            SELECT *, \(exactColumn: "tenant") AS exact_tenant FROM older_restatement_tenant
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
            return Restatement.Change(
                TenantModel(TenantID(try row.exactText("exact_tenant")), nil), change)
        }
    }
}
