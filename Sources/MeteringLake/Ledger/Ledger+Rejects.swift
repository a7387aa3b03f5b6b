package import BedrockMetering
internal import GRDB

extension Ledger {
    /// The rejected lines of `day`, or of all days where nil, in the order of objects and lines.
    ///
    /// A line whose day is not known may be of any day that its object holds usage of, and is among
    /// the rejects of each.
    package func rejects(of day: UsageDay? = nil) throws(PipelineError) -> [LedgerReject] {
        var rejects: [LedgerReject] = []
        try forEachReject(of: day) { rejects.append($0) }
        return rejects
    }

    /// Hands on the rejected lines that ``rejects(of:)`` lists, one after another, in one state of the
    /// ledger, which cannot be written meanwhile: `body` must wait for nobody.
    package func forEachReject(
        of day: UsageDay? = nil, _ body: (LedgerReject) throws -> Void
    ) throws(PipelineError) {
        try read { database in
            try Self.forEachReject(that: Self.isReject(of: day), database) {
                try body($0)
                return true
            }
        }
    }

    /// The open rejects of the objects that a run has read, in the order of objects and lines, and how
    /// many there are.
    ///
    /// - Parameter limit: how many are returned at most.
    func openRejects(
        ofRun run: LedgerRun.ID, limit: Int
    ) throws(PipelineError) -> (first: [LedgerReject], count: Int) {
        try read { database in
            let count = try Self.openRejects(ofRun: run, database)
            var first: [LedgerReject] = []
            guard count > 0 else { return (first, count) }
            let isOpen: SQL = "\(Self.isOpenReject) AND \(Self.isRead(by: run))"
            try Self.forEachReject(that: isOpen, database) { reject in
                first.append(reject)
                return first.count < limit
            }
            return (first, count)
        }
    }

    /// How many rejects of the objects that a run has read are open.
    static func openRejects(ofRun run: LedgerRun.ID, _ database: Database) throws -> Int {
        let row = try database.row(
            """
            SELECT count(*) AS count FROM reject JOIN object ON object.number = reject.object
            WHERE \(isRead(by: run)) AND \(isOpenReject)
            """
        )
        return try row?.value("count") ?? 0
    }

    private static func isRead(by run: LedgerRun.ID) -> SQL {
        "(object.run = \(run) AND object.failure IS NULL)"
    }

    private static func forEachReject(
        that condition: SQL, _ database: Database, _ body: (LedgerReject) throws -> Bool
    ) throws {
        try database.forEachRow(
            """
            SELECT \(columns) FROM reject JOIN object ON object.number = reject.object
            WHERE \(condition)
            ORDER BY location, line, byte_offset, reject.number
            """
        ) { try body(try reject(from: $0)) }
    }

    /// The columns that ``reject(from:)`` reads.
    static var columns: SQL {
        """
        reject.*, \(exactColumn: "location") AS exact_location,
            (SELECT fact FROM written_off WHERE \(isWrittenOff)) AS written_off
        """
    }

    /// How many lines of `day`, or of all days where nil, were rejected for which reason and neither taken
    /// back in nor written off since.
    package func openRejects(of day: UsageDay? = nil) throws(PipelineError) -> [String: Int] {
        try read { database in
            var counts: [String: Int] = [:]
            let rows = try database.rows(
                """
                SELECT reason, count(*) AS count FROM reject
                WHERE \(Self.isOpenReject) AND \(Self.isReject(of: day))
                GROUP BY reason
                """
            )
            for row in rows { counts[try row.value("reason")] = try row.value("count") as Int }
            return counts
        }
    }

    /// How many rejected lines may be of days of `period` and are open, each once.
    ///
    /// A line whose day is not known, of an object that holds no usage, may be of any day up to that on
    /// which the object was read.
    package func openRejects(in period: UsagePeriod) throws(PipelineError) -> Int {
        try read { database in
            let row = try database.row(
                """
                SELECT count(*) AS count FROM reject
                JOIN object ON object.number = reject.object JOIN run ON run.number = object.run
                WHERE \(Self.isOpenReject) AND CASE
                    WHEN reject.day IS NOT NULL
                        THEN reject.day BETWEEN \(period.first) AND \(period.last)
                    WHEN EXISTS (SELECT 1 FROM object_day WHERE object = reject.object)
                        THEN EXISTS (
                            SELECT 1 FROM object_day WHERE object = reject.object
                                AND day BETWEEN \(period.first) AND \(period.last)
                        )
                    ELSE run.started_microseconds >= \(period.first.start)
                END
                """
            )
            return try row?.value("count") ?? 0
        }
    }

    /// Notes that rejects were taken back in; those that were before keep their time.
    package func markReplayed(
        _ rejects: [LedgerReject.ID], by run: LedgerRun.ID, now: EventTime
    ) throws(PipelineError) {
        try write { try markReplayed(rejects, by: run, now: now, $0) }
    }

    func markReplayed(
        _ rejects: [LedgerReject.ID], by run: LedgerRun.ID, now: EventTime, _ database: Database
    ) throws {
        for reject in rejects {
            try database.change(
                """
                UPDATE reject SET replayed_microseconds = \(now), replayed_run = \(run)
                WHERE number = \(reject) AND replayed_microseconds IS NULL
                """
            )
        }
    }

    /// Records the rejects of an object anew. One that was taken back in before, and is the same line
    /// still, stays so.
    func replaceRejects(
        of object: Int64, with rejects: RejectRows, _ database: Database
    ) throws {
        var replayed: [Place: [Row]] = [:]
        let rows = try database.rows(
            """
            SELECT * FROM reject
            WHERE object = \(object) AND replayed_microseconds IS NOT NULL ORDER BY number DESC
            """
        )
        for row in rows {
            let place = Place(
                line: try row.value("line"), byteOffset: try row.value("byte_offset"),
                reason: try row.value("reason"), checksum: try row.value("sha256")
            )
            replayed[place, default: []].append(row)
        }
        try database.change("DELETE FROM reject WHERE object = \(object)")
        try rejects.forEach { reject in
            let place = Place(
                line: reject.line, byteOffset: reject.byteOffset, reason: reject.reason,
                checksum: reject.checksum.description
            )
            let before = replayed[place]?.popLast()
            let time: Int64? = try before?.optional("replayed_microseconds")
            let run: LedgerRun.ID? = try before?.optional("replayed_run")
            try database.change(
                """
                INSERT INTO reject (
                    object, line, byte_offset, reason, sha256, day, replayed_microseconds,
                    replayed_run
                ) VALUES (
                    \(object), \(place.line), \(place.byteOffset), \(place.reason),
                    \(place.checksum), \(reject.day?.description), \(time), \(run)
                )
                """
            )
            return true
        }
    }

    /// What makes two rejects of an object the same; those inside one element share it.
    private struct Place: Hashable {
        package var line: Int
        package var byteOffset: Int
        package var reason: String
        package var checksum: String
    }

    private static func isReject(of day: UsageDay?) -> SQL {
        guard let day else { return "TRUE" }
        return """
            (reject.day = \(day) OR reject.day IS NULL AND reject.object IN (
                SELECT object FROM object_day WHERE day = \(day)
            ))
            """
    }

    static func reject(from row: Row) throws -> LedgerReject {
        var day: UsageDay?
        if try row.optional("day") as String? != nil { day = try row.day("day") }
        return LedgerReject(
            number: try row.value("number"), object: try row.exactText("exact_location"),
            line: try row.value("line"), byteOffset: try row.value("byte_offset"),
            reason: try row.value("reason"), checksum: try row.parsed("sha256") { Checksum($0) },
            day: day, replayed: try row.optionalTime("replayed_microseconds"),
            writtenOff: try row.optional("written_off")
        )
    }
}
