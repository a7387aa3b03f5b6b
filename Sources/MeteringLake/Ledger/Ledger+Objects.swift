package import BedrockMetering
internal import GRDB

extension Ledger {
    /// For each object, whether this version of it was ingested, so that it need not be opened.
    package func areKnown(
        _ objects: [(location: String, version: ObjectVersion)]
    ) throws(PipelineError) -> [Bool] {
        try read { database in
            try objects.map { object in
                try database.row(
                    """
                    SELECT 1 FROM object
                    WHERE location = \(exactly: object.location) AND is_complete = 1
                        AND size = \(object.version.size)
                        AND modified_nanoseconds IS \(object.version.modifiedNanoseconds)
                        AND tag = \(exactly: object.version.tag)
                    """
                ) != nil
            }
        }
    }

    /// For each object, why this version of it was over the same limits before; nil where it was not, or
    /// nobody knows.
    package func knownFailures(
        of objects: [(location: String, version: ObjectVersion)], within limits: String
    ) throws(PipelineError) -> [String?] {
        try read { database in
            try objects.map { object in
                let row = try database.row(
                    """
                    SELECT failure FROM object
                    WHERE location = \(exactly: object.location) AND failed_limits = \(limits)
                        AND size = \(object.version.size)
                        AND modified_nanoseconds IS \(object.version.modifiedNanoseconds)
                        AND tag = \(exactly: object.version.tag)
                    """
                )
                return try row?.optional("failure")
            }
        }
    }

    /// Has every object that holds usage of `days` read again by the next run over it, as where the
    /// file of a day is gone or is not what the ledger says; and every object that holds no usage at
    /// all, which no day vouches for.
    package func distrust(_ days: some Sequence<UsageDay>) throws(PipelineError) {
        try write { database in
            try database.change(
                """
                UPDATE object SET is_complete = 0
                WHERE number NOT IN (SELECT object FROM object_day)
                """
            )
            for day in days {
                try database.change(
                    """
                    UPDATE object SET is_complete = 0
                    WHERE number IN (SELECT object FROM object_day WHERE day = \(day))
                    """
                )
            }
        }
    }

    /// Notes that an object now lies elsewhere, unchanged.
    package func move(from old: String, to new: String) throws(PipelineError) {
        try write { database in
            try database.change(
                """
                UPDATE OR REPLACE object SET location = \(exactly: new) WHERE location = \(exactly: old)
                """
            )
        }
    }

    /// The objects that hold usage of `day`, in the order of their locations' bytes.
    ///
    /// An object that could not be read when it was opened last is named with what it held before.
    package func sources(of day: UsageDay) throws(PipelineError) -> [LedgerObject] {
        try objects("object.number IN (SELECT object FROM object_day WHERE day = \(day))")
    }

    /// All objects, in the order of their locations' bytes.
    package func objects() throws(PipelineError) -> [LedgerObject] {
        try objects("TRUE")
    }

    private func objects(_ condition: SQL) throws(PipelineError) -> [LedgerObject] {
        try read { database in
            var days: [Int64: [UsageDay: Int]] = [:]
            let dayRows = try database.rows(
                """
                SELECT object, day, object_day.usage AS usage
                FROM object_day JOIN object ON object.number = object_day.object
                WHERE \(condition)
                """
            )
            for row in dayRows {
                days[try row.value("object"), default: [:]][try row.day("day")] =
                    try row.value("usage")
            }
            return try database.rows(
                """
                SELECT *, \(exactColumn: "location") AS exact_location,
                    \(exactColumn: "tag") AS exact_tag
                FROM object WHERE \(condition) ORDER BY location
                """
            ).map { try Self.object(from: $0, usageByDay: days[try $0.value("number")] ?? [:]) }
        }
    }

    private static func object(
        from row: Row, usageByDay: [UsageDay: Int]
    ) throws -> LedgerObject {
        LedgerObject(
            location: try row.exactText("exact_location"),
            version: try version(from: row),
            counts: try events(from: row),
            usageByDay: usageByDay,
            failure: try row.optional("failure"),
            isComplete: try row.value("is_complete"),
            run: try row.value("run")
        )
    }

    private static func version(from row: Row) throws -> ObjectVersion? {
        guard let size: Int64 = try row.optional("size") else { return nil }
        return ObjectVersion(
            size: size, modifiedNanoseconds: try row.optional("modified_nanoseconds"),
            tag: try row.exactText("exact_tag")
        )
    }

    /// Records what a run found in an object.
    ///
    /// - Parameters:
    ///   - committed: the days that the run has put in place.
    ///   - renewed: those of them that hold nothing of the object's versions before.
    func record(
        _ reading: ObjectReading, by run: LedgerRun.ID, committed: Set<UsageDay>,
        renewed: Set<UsageDay>, _ database: Database
    ) throws {
        let before = try database.row(
            """
            SELECT number, size, modified_nanoseconds, \(exactColumn: "tag") AS exact_tag, is_complete
            FROM object WHERE location = \(exactly: reading.location)
            """
        )
        let object = try open(reading, by: run, database)
        var wasComplete = false
        if let before, reading.version != nil || reading.isRead {
            // What has no version, such as a pipe, never is what it was.
            let isChanged =
                try reading.version == nil || Self.version(from: before) != reading.version
            wasComplete = try !isChanged && before.value("is_complete")
            if isChanged { try markUnknownRows(outside: renewed, of: object, database) }
        }
        guard case .read(let contents) = reading.result else { return }
        let isComplete =
            wasComplete
            || reading.version != nil && contents.usageByDay.keys.allSatisfy(committed.contains)
        try database.change(
            """
            UPDATE object SET
                usage = \(contents.counts.usage), foreign_events = \(contents.counts.foreign),
                rejected = \(contents.counts.rejected),
                total_mismatches = \(contents.counts.totalMismatches),
                placeholder_ids = \(contents.counts.placeholderIDs), is_complete = \(isComplete)
            WHERE number = \(object)
            """
        )
        try database.change("DELETE FROM object_day WHERE object = \(object)")
        for (day, usage) in contents.usageByDay {
            try database.change(
                "INSERT INTO object_day (object, day, usage) VALUES (\(object), \(day), \(usage))"
            )
        }
        try replaceRejects(of: object, with: contents.rejects, database)
    }

    /// Notes the version of an object that was opened, not complete yet, and why it failed; returns
    /// the object's number.
    private func open(
        _ reading: ObjectReading, by run: LedgerRun.ID, _ database: Database
    ) throws -> Int64 {
        var failure: String?
        if case .failed(let reason) = reading.result { failure = reason }
        try database.change(
            """
            INSERT INTO object (location, run) VALUES (\(exactly: reading.location), \(run))
            ON CONFLICT (location) DO UPDATE SET run = excluded.run
            """
        )
        if let version = reading.version {
            try database.change(
                """
                UPDATE object SET
                    size = \(version.size), modified_nanoseconds = \(version.modifiedNanoseconds),
                    tag = \(exactly: version.tag)
                WHERE location = \(exactly: reading.location)
                """
            )
        }
        try database.change(
            """
            UPDATE object SET
                failure = \(failure), failed_limits = \(reading.limits), is_complete = 0
            WHERE location = \(exactly: reading.location)
            """
        )
        let row = try database.row(
            "SELECT number FROM object WHERE location = \(exactly: reading.location)"
        )
        guard let row else { throw UnsoundValueError() }
        return try row.value("number")
    }

    /// Notes that rows of a version that is gone may be in the lake, in the days that it held usage of.
    private func markUnknownRows(
        outside days: Set<UsageDay>, of object: Int64, _ database: Database
    ) throws {
        for row in try database.rows("SELECT day FROM object_day WHERE object = \(object)") {
            let day = try row.day("day")
            if days.contains(day) { continue }
            try database.change(
                "UPDATE day SET may_hold_unknown_rows = 1 WHERE day = \(day)"
            )
        }
    }
}
