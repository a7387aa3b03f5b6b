package import BedrockMetering
internal import Foundation
internal import GRDB

/// The lake's facts as the ledger has them: an index, made again from the lake where it is gone.
extension Ledger {
    /// Adds facts, or takes them in place of what was known under their numbers. Others stay, also where
    /// the lake has lost them, so that somebody knows.
    ///
    /// - Parameter run: the run that has made them; nil where another machine did.
    package func add(_ facts: [StoredFact], by run: LedgerRun.ID? = nil) throws(PipelineError) {
        guard !facts.isEmpty else { return }
        try write { database in
            for stored in facts {
                let fact = stored.fact
                let file = fact?.content.file
                try database.change(
                    """
                    INSERT INTO fact (
                        sequence, sha256, previous, kind, day, time_microseconds, file, file_sha256,
                        run, bytes
                    ) VALUES (
                        \(stored.sequence), \(stored.checksum.description),
                        \(fact?.previous.description), \(exactly: fact?.content.kind),
                        \(fact?.content.day?.description), \(fact?.time.microseconds),
                        \(exactly: file?.path), \(file?.checksum.description), \(run),
                        \(Data(stored.bytes))
                    )
                    ON CONFLICT (sequence) DO UPDATE SET
                        sha256 = excluded.sha256, previous = excluded.previous,
                        kind = excluded.kind, day = excluded.day,
                        time_microseconds = excluded.time_microseconds, file = excluded.file,
                        file_sha256 = excluded.file_sha256, bytes = excluded.bytes,
                        run = iif(sha256 = excluded.sha256, run, excluded.run)
                    """
                )
                try Self.index(fact?.content, of: stored.sequence, database)
            }
        }
    }

    func factChain() throws(PipelineError) -> FactChain {
        try read { database in
            FactChain(
                try database.rows("SELECT sequence, sha256, previous FROM fact").map { row in
                    FactChain.Link(
                        sequence: try row.value("sequence"),
                        checksum: try row.parsed("sha256") { Checksum($0) },
                        previous: (try row.optional("previous") as String?).flatMap { Checksum($0) }
                    )
                })
        }
    }

    /// A ledger in memory with the facts of this one and nothing else, which a reader may add to.
    func factsInMemory() throws(PipelineError) -> Ledger {
        let copy = try Ledger()
        let known = try read { database in
            try database.rows("SELECT sequence, run, bytes FROM fact ORDER BY sequence").map {
                row in
                (
                    StoredFact(from: try row.value("sequence"), try row.value("bytes")),
                    try row.optional("run") as LedgerRun.ID?
                )
            }
        }
        for (fact, run) in known { try copy.add([fact], by: run) }
        return copy
    }

    /// The facts about the days of `period`, or all where nil, in their order, with their bytes.
    func storedFacts(in period: UsagePeriod?) throws(PipelineError) -> [StoredFact] {
        try read { database in
            try database.rows(
                "SELECT sequence, bytes FROM fact WHERE \(Self.isDay(in: period)) ORDER BY sequence"
            ).map { StoredFact(from: try $0.value("sequence"), try $0.value("bytes")) }
        }
    }

    /// The facts about a day, in their order.
    package func facts(about day: UsageDay) throws(PipelineError) -> [RecordedFact] {
        try facts(where: "day = \(day)")
    }

    /// The facts that can be read, about the days of `period`, or all where nil, in their order.
    package func facts(in period: UsagePeriod? = nil) throws(PipelineError) -> [RecordedFact] {
        try facts(where: Self.isDay(in: period))
    }

    /// The restatements of the days of `period`, or of all where nil, in the order of days, those of
    /// one day in the order in which they came.
    package func restatements(
        in period: UsagePeriod? = nil
    ) throws(PipelineError) -> [RecordedFact] {
        try facts(where: "kind = 'day_restated' AND \(Self.isDay(in: period))", by: "day, sequence")
    }

    /// The facts of a kind about the days of `period`, or of all where nil, in their order.
    package func facts(
        ofKind kind: String, in period: UsagePeriod? = nil
    ) throws(PipelineError) -> [RecordedFact] {
        try facts(where: "kind = \(kind) AND \(Self.isDay(in: period))")
    }

    /// A closed day as its facts leave it; nil where none closes it.
    package func closedDay(_ day: UsageDay) throws(PipelineError) -> ClosedDay? {
        ClosedDay(try facts(about: day).map(\.fact))
    }

    /// A closed day, without what its facts say of sums.
    package struct ClosedState: Sendable, Hashable {
        package let day: UsageDay
        package let finality: DayFinality
        /// The file as the last fact has it, in the lake; nothing where the day has no usage.
        package let file: String
        package let checksum: Checksum
    }

    /// The closed days of `period`, or all where nil.
    package func closedStates(
        in period: UsagePeriod? = nil
    ) throws(PipelineError) -> [UsageDay: ClosedState] {
        try read { database in
            let rows = try database.rows(
                """
                SELECT day, kind, time_microseconds, file, file_sha256 FROM fact
                WHERE file_sha256 IS NOT NULL AND \(Self.isDay(in: period)) ORDER BY sequence
                """
            )
            var states: [UsageDay: ClosedState] = [:]
            for row in rows {
                let (day, time) = (try row.day("day"), try row.time("time_microseconds"))
                let known = states[day]?.finality
                let finality: DayFinality
                switch (try row.value("kind") as String, known?.closed) {
                case ("day_closed", nil): finality = .closed(at: time)
                case ("day_restated", let closed?):
                    let times = (known?.restatements ?? 0) + 1
                    finality = .restated(at: time, times: times, closed: closed)
                case ("day_converted", _?): finality = known ?? .provisional
                // One that is closed stays so, and one that nothing closes is not known to be.
                default: continue
                }
                states[day] = ClosedState(
                    day: day, finality: finality, file: try row.value("file"),
                    checksum: try row.parsed("file_sha256") { Checksum($0) })
            }
            return states
        }
    }

    private func facts(
        where condition: SQL, by order: SQL = "sequence"
    ) throws(PipelineError) -> [RecordedFact] {
        try read { database in
            try database.rows(
                "SELECT sequence, run, bytes FROM fact WHERE \(condition) ORDER BY \(order)"
            ).compactMap { row in
                let stored = StoredFact(from: try row.value("sequence"), try row.value("bytes"))
                guard let fact = stored.fact else { return nil }
                return RecordedFact(fact: fact, run: try row.optional("run"))
            }
        }
    }
}

/// A fact, and the run of this ledger that has made it.
package struct RecordedFact: Sendable, Hashable {
    package let fact: Fact
    /// Nil where another machine has made it, or no run did.
    package let run: LedgerRun.ID?
}

extension StoredFact {
    fileprivate init(from sequence: Int, _ bytes: Data) {
        self.init(sequence: sequence, bytes: Array(bytes))
    }
}

extension Fact.Content {
    /// The day's file as it is from then on; nil where it is about none.
    fileprivate var file: (path: String, checksum: Checksum)? {
        switch self {
        case .dayClosed(let closing): (closing.file, closing.checksum)
        case .dayRestated(let change), .dayConverted(let change): (change.file, change.after)
        case .conflictDecided, .rejectWrittenOff, .unknown: nil
        }
    }
}

extension RecordedFact {
    /// The restatement that it is; nil where it is none.
    package var restatement: Restatement? {
        if case .dayRestated(let restatement) = fact.content { return restatement }
        return nil
    }
}
