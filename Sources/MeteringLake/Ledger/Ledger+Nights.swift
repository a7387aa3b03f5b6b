package import BedrockMetering
internal import GRDB

/// Which days nights have begun with, and of which all was read that an input has of them.
extension Ledger {
    /// Notes that nights of an input begin with days, before anything else is done for them.
    package func begin(
        _ days: some Sequence<UsageDay>, of input: String, now: EventTime
    ) throws(PipelineError) {
        try write { database in
            for day in days {
                try database.change(
                    """
                    INSERT INTO night (day, input, begun_microseconds)
                    VALUES (\(day), \(exactly: input), \(now))
                    ON CONFLICT (day, input) DO UPDATE
                    SET begun_microseconds = coalesce(begun_microseconds, \(now))
                    """
                )
            }
        }
    }

    /// The days that nights of an input have begun with, and those of any other input that are not
    /// closed, or not read to their end.
    package func begunDays(
        of input: String, closed: Set<UsageDay>
    ) throws(PipelineError) -> Set<UsageDay> {
        let begun = "begun_microseconds IS NOT NULL" as SQL
        let isOwn = "(input = \(exactly: input) OR read_microseconds IS NULL)" as SQL
        return try nights("\(begun) AND \(isOwn)")
            .union(nights("\(begun) AND NOT \(isOwn)").subtracting(closed))
    }

    /// The days of which all was read that an input has of them.
    package func readDays(of input: String) throws(PipelineError) -> Set<UsageDay> {
        try nights("read_microseconds IS NOT NULL AND input = \(exactly: input)")
    }

    private func nights(_ condition: SQL) throws(PipelineError) -> Set<UsageDay> {
        try read { database in
            // A ledger of an older version that nobody has written to since.
            guard try database.tableExists("night") else { return [] }
            return Set(
                try database.rows("SELECT day FROM night WHERE \(condition)")
                    .map { try $0.day("day") })
        }
    }

    /// Gives up what nights have not read of a day: it counts as read for each of their inputs.
    func giveUp(_ day: UsageDay, now: EventTime, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO night (day, input, read_microseconds)
            SELECT DISTINCT \(day), input, \(now) FROM night WHERE TRUE
            ON CONFLICT (day, input) DO UPDATE
            SET read_microseconds = coalesce(read_microseconds, \(now))
            """
        )
    }

    /// Records the days of which a run has read all that their input has.
    func record(_ read: InputDays, now: EventTime, _ database: Database) throws {
        for day in read.days {
            try database.change(
                """
                INSERT INTO night (day, input, read_microseconds)
                VALUES (\(day), \(exactly: read.input), \(now))
                ON CONFLICT (day, input) DO UPDATE SET read_microseconds = \(now)
                """
            )
        }
    }
}
