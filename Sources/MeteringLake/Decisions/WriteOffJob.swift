package import BedrockMetering

/// Writes off rejected lines: from then on they are not open, on any machine that reads the lake's facts.
///
/// Their bytes stay under `_rejected`, and a line that is repaired and replayed comes back.
package struct WriteOffJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// Why, as the facts say it.
    package var reason: String
    /// The day that the lines may be of; any where nil.
    package var day: UsageDay?
    /// The object that they are of; any where nil.
    package var object: String?
    /// Their numbers in the object; all where there are none.
    package var lines: Set<Int> = []
    package var overwritesUnconditionally = false
    package var clock = LedgerClock.system
    package var stores = Stores.local

    package init(
        of lake: String, ledger: String? = nil, reason: String, stores: Stores = .local
    ) {
        self.lake = lake
        self.ledger = ledger
        self.reason = reason
        self.stores = stores
    }

    package struct Outcome: Sendable {
        /// What was written off, in the order of objects.
        package internal(set) var writeOffs: [WriteOff] = []
        /// Lines that are still open, of the whole lake.
        package internal(set) var open = 0

        package var lines: Int { writeOffs.reduce(0) { $0 + $1.lines.count } }
    }

    /// Makes a fact of the open lines of each object and day, before it says so.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake, no ledger or no such line, with
    ///   `lakeIsHeld` where a run is under way. What was written off before a failure stays so.
    package func run() async throws(PipelineError) -> Outcome {
        let books = try await LakeLedger(
            lake: lake, ledger: ledger, stores: stores,
            overwritesUnconditionally: overwritesUnconditionally)
        let lock = try LakeLock(on: books.lake)
        var book = try await FactBook(of: books.lake, ledger: books.writing())
        var outcome = Outcome()
        let wanted = try selected(from: try book.ledger.rejects(of: day), in: books.lake)
        for writeOff in writeOffs(of: wanted) {
            let fact = try await book.append(at: clock.now()) { _ in .rejectWrittenOff(writeOff) }
            if fact != nil { outcome.writeOffs.append(writeOff) }
        }
        outcome.open = try book.ledger.openRejects().values.reduce(0, +)
        try book.ledger.close()
        _ = consume lock
        return outcome
    }

    private func selected(
        from rejects: [LedgerReject], in lake: Lake
    ) throws(PipelineError) -> [LedgerReject] {
        // As the ledger names the object, or as the run did that read it.
        let names = object.map { name in
            [name, lake.location(of: StoredObject(location: ObjectLocation(named: name)))]
        }
        let found = rejects.filter { reject in
            (names?.contains { $0.utf8.elementsEqual(reject.object.utf8) } ?? true)
                && (lines.isEmpty || lines.contains(reject.line))
        }
        let open = found.filter(\.isOpen)
        guard !open.isEmpty else {
            let what = found.isEmpty ? "no such rejected line" : "no such line that is still open"
            throw PipelineError(
                code: .notFound, location: "\(lake.root)",
                reason: "\(what); \(lake.command("rejects", "--all")) lists all")
        }
        return open
    }

    /// In the order of the rejects.
    private func writeOffs(of rejects: [LedgerReject]) -> [WriteOff] {
        var writeOffs: [WriteOff] = []
        var lines: [WriteOff.Line] = []
        for (index, reject) in rejects.enumerated() {
            lines.append(
                WriteOff.Line(
                    line: reject.line, byteOffset: reject.byteOffset, checksum: reject.checksum,
                    rejection: reject.reason))
            let next = rejects.indices.contains(index + 1) ? rejects[index + 1] : nil
            if let next, next.object.utf8.elementsEqual(reject.object.utf8), next.day == reject.day,
                lines.count < WriteOff.maximumLines
            {
                continue
            }
            writeOffs.append(
                WriteOff(object: reject.object, day: reject.day, reason: reason, lines: lines))
            lines = []
        }
        return writeOffs
    }
}

extension WriteOffJob.Outcome {
    package func text() -> String {
        TerminalText.lines(
            writeOffs.map { writeOff in
                "\(writeOff.object): "
                    + Counted.text(
                        writeOff.lines.count, "rejected line", "rejected lines")
                    + (writeOff.day.map { " of \($0)" } ?? "") + " written off"
            } + [
                Counted.text(open, "rejected line is open", "rejected lines are open")
            ])
    }

    package func json() -> String {
        JSONText.document([
            ("written_off", String(lines)), ("open_rejects", String(open)),
            (
                "objects",
                JSONText.array(
                    writeOffs.map { writeOff in
                        JSONText.object(
                            [("day", writeOff.day.map { JSONText.quoted("\($0)") } ?? "null")]
                                + writeOff.members)
                    })
            ),
        ])
    }
}
