package import BedrockMetering
internal import GRDB

extension Ledger {
    /// Notes that a run begins; those before it that never ended were interrupted.
    package func beginRun(
        _ kind: LedgerRun.Kind = .ingest, now: EventTime
    ) throws(PipelineError) -> LedgerRun.ID {
        try write { database in
            try database.change(
                """
                UPDATE run SET outcome = \(LedgerRun.Outcome.interrupted.rawValue)
                WHERE outcome IS NULL
                """
            )
            try database.change(
                "INSERT INTO run (kind, started_microseconds) VALUES (\(kind.rawValue), \(now))"
            )
            return database.lastInsertedRowID
        }
    }

    /// Records what a run did, all of it or nothing.
    ///
    /// To be called after the days were put in place, and never before: an object counts as ingested
    /// from here on if every day that it holds usage of is among those of `result`.
    ///
    /// - Throws: ``PipelineError`` with `usage` where the run is not under way.
    package func finish(
        _ run: LedgerRun.ID, with result: RunResult, now: EventTime
    ) throws(PipelineError) {
        try write { database in
            let kind = try kind(ofOpen: run, database)
            for contents in result.days.sorted(by: { $0.day < $1.day }) {
                try record(contents, by: kind, now: now, database)
            }
            let days = Set(result.days.map(\.day))
            for day in result.emptyDays { try recordEmpty(day, now: now, database) }
            // What versions before held is not in these days any more.
            let renewed = Set(result.days.filter(\.holdsOnlyReadRows).map(\.day))
            for object in result.objects {
                try record(object, by: run, committed: days, renewed: renewed, database)
            }
            if let read = result.read { try record(read, now: now, database) }
            try markReplayed(result.replayed, by: run, now: now, database)
            let counts = result.counts
            let outcome = counts.outcome(
                openRejects: try Self.openRejects(ofRun: run, database))
            try database.change(
                """
                UPDATE run SET
                    ended_microseconds = \(now), outcome = \(outcome.rawValue),
                    objects = \(counts.objects), skipped_objects = \(counts.skippedObjects),
                    failed_objects = \(counts.failedObjects), usage = \(counts.events.usage),
                    foreign_events = \(counts.events.foreign),
                    rejected = \(counts.events.rejected),
                    total_mismatches = \(counts.events.totalMismatches),
                    placeholder_ids = \(counts.events.placeholderIDs),
                    records = \(counts.records), duplicates = \(counts.duplicates.duplicates),
                    ambiguous = \(counts.duplicates.ambiguous),
                    conflicts = \(counts.duplicates.conflicts),
                    uncommitted = \(counts.uncommitted)
                WHERE number = \(run)
                """
            )
        }
    }

    /// Notes that a run ended in an error, with nothing recorded.
    ///
    /// - Throws: ``PipelineError`` with `usage` where the run is not under way.
    package func fail(_ run: LedgerRun.ID, now: EventTime) throws(PipelineError) {
        try write { database in
            _ = try kind(ofOpen: run, database)
            try database.change(
                """
                UPDATE run
                SET ended_microseconds = \(now), outcome = \(LedgerRun.Outcome.failed.rawValue)
                WHERE number = \(run)
                """
            )
        }
    }

    /// All runs, in the order of their beginnings.
    package func runs() throws(PipelineError) -> [LedgerRun] {
        try read { database in
            try database.rows("SELECT * FROM run ORDER BY number").map(Self.run(from:))
        }
    }

    private func kind(ofOpen run: LedgerRun.ID, _ database: Database) throws -> LedgerRun.Kind {
        let row = try database.row(
            "SELECT kind FROM run WHERE number = \(run) AND outcome IS NULL"
        )
        guard let row else {
            throw PipelineError(
                code: .usage, location: path, reason: "run \(run) is not under way"
            )
        }
        return try row.parsed("kind") { LedgerRun.Kind(rawValue: $0) }
    }

    private static func run(from row: Row) throws -> LedgerRun {
        var counts = LedgerRun.Counts()
        counts.objects = try row.value("objects")
        counts.skippedObjects = try row.value("skipped_objects")
        counts.failedObjects = try row.value("failed_objects")
        counts.events = try events(from: row)
        counts.records = try row.value("records")
        counts.duplicates.duplicates = try row.value("duplicates")
        counts.duplicates.ambiguous = try row.value("ambiguous")
        counts.duplicates.conflicts = try row.value("conflicts")
        counts.uncommitted = try row.value("uncommitted")
        var outcome: LedgerRun.Outcome?
        if let text: String = try row.optional("outcome") {
            outcome = LedgerRun.Outcome(rawValue: text)
            guard outcome != nil else { throw UnsoundValueError() }
        }
        return LedgerRun(
            number: try row.value("number"),
            kind: try row.parsed("kind") { LedgerRun.Kind(rawValue: $0) },
            started: try row.time("started_microseconds"),
            ended: try row.optionalTime("ended_microseconds"), outcome: outcome, counts: counts
        )
    }

    /// The events of a run or an object.
    static func events(from row: Row) throws -> EventCounts {
        var events = EventCounts()
        events.usage = try row.value("usage")
        events.foreign = try row.value("foreign_events")
        events.rejected = try row.value("rejected")
        events.totalMismatches = try row.value("total_mismatches")
        events.placeholderIDs = try row.value("placeholder_ids")
        return events
    }
}
