package import BedrockMetering
internal import Foundation

/// Takes repaired lines back in, as if they had come from the source.
///
/// They become an object under `_replayed`, which the ledger knows like any other, so that a rebuild
/// finds them. What is replayed again is known, and nothing is doubled.
package struct ReplayJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// Files of JSON lines as ``RejectsJob/repairable()`` writes them, with their `raw` repaired.
    package var files: [String]
    package var limits: DecodingLimits
    package var jobs: Int?
    /// As in ``IngestJob``.
    package var memory: Int?
    package var overwritesUnconditionally = false
    var clock = LedgerClock.system
    var stores = Stores.standard

    package init(
        _ files: [String], into lake: String, ledger: String? = nil,
        limits: DecodingLimits = DecodingLimits(), jobs: Int? = nil
    ) {
        self.files = files
        self.lake = lake
        self.ledger = ledger
        self.limits = limits
        self.jobs = jobs
    }

    package struct Outcome: Sendable {
        package internal(set) var summary: IngestSummary
        /// Rejects that were taken back in.
        package let replayed: Int
        /// Rejects that had been taken back in before.
        package let known: Int
        /// Those of ``replayed`` that had been written off.
        package let writtenOff: Int
        /// Lines of the files that were not taken; all others were.
        package let faults: [ObjectFailure]
    }

    /// Takes in the lines that name a reject and are sound.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake, no ledger or no such file,
    ///   with `lakeIsHeld` where a run is under way.
    package func run() async throws -> Outcome {
        let books = try await LakeLedger(
            lake: lake, ledger: ledger, stores: stores,
            overwritesUnconditionally: overwritesUnconditionally
        )
        let files = try files.map { ($0, try RepairedLine.lines(ofFileAt: $0)) }
        let lock = try LakeLock(on: books.lake)
        try books.lake.clearStaging()
        let ledger = try books.reading()
        var rejects = OpenRejects(try ledger.rejects(), of: books.lake)
        try ledger.close()
        var named: [LedgerReject] = []
        var faults: [ObjectFailure] = []
        var text: [UInt8] = []
        for (path, lines) in files {
            for (number, line) in lines {
                if let fault = fault(of: line, in: &rejects, &named, &text) {
                    faults.append(ObjectFailure(location: path, reason: "line \(number): \(fault)"))
                }
            }
        }
        let objects = text.isEmpty ? [] : [try await keep(text, in: books.lake)]
        let open = named.filter { $0.replayed == nil }
        let summary = try await take(objects, into: books.lake, open.map(\.number))
        _ = consume lock
        let isTaken = summary.failures.isEmpty
        return Outcome(
            summary: summary, replayed: isTaken ? open.count : 0, known: named.count - open.count,
            writtenOff: isTaken ? open.count { $0.writtenOff != nil } : 0, faults: faults)
    }

    /// Takes a line where it can be taken; returns why it cannot.
    private func fault(
        of line: RepairedLine?, in rejects: inout OpenRejects,
        _ named: inout [LedgerReject], _ text: inout [UInt8]
    ) -> String? {
        guard let line, let bytes = line.bytes else {
            return "is no JSON object with object, line and raw"
        }
        if let fault = RepairedLine.fault(bytes, limits: limits) { return fault }
        guard let reject = rejects.take(line) else { return "names no rejected line" }
        named.append(reject)
        text += bytes + [0x0a]
        return nil
    }

    /// Keeps repaired lines under `_replayed`, under a name that follows from them.
    private func keep(
        _ text: [UInt8], in lake: Lake
    ) async throws(PipelineError) -> StoredObject {
        let name = "replay-\(Checksum(of: text)).replayed"
        let place = lake.root.appending("\(Lake.replayedName)/\(name)")
        if try await !lake.objects(under: Lake.replayedName).contains(where: {
            $0.location == place
        }) {
            let staged = try StagedFile(in: lake)
            try staged.write(text)
            try await lake.keep(staged, at: "\(Lake.replayedName)/\(name)")
        }
        return StoredObject(location: place)
    }

    private func take(
        _ objects: [StoredObject], into lake: Lake, _ replayed: [LedgerReject.ID]
    ) async throws -> IngestSummary {
        var job = IngestJob(
            source: nil, lake: "\(lake.root)", ledger: ledger, limits: limits, jobs: jobs
        )
        job.memory = memory
        job.clock = clock
        job.stores = stores
        var record = try await RunRecord(.replay, of: lake, ledger: ledger, clock: clock)
        do {
            let format = Lake.format(of: try await lake.partitions()) ?? .parquet
            return try await job.take(
                objects, takingOver: [], into: lake, in: format, by: lake.identity(),
                replayed: replayed,
                recording: &record
            )
        } catch {
            record.fail()
            throw error
        }
    }
}

/// The rejects that repaired lines may name, each once; those that are open come first.
private struct OpenRejects {
    private struct Place: Hashable {
        var object: String
        var line: Int
    }

    private let lake: Lake
    private var rejects: [Place: [LedgerReject]] = [:]

    init(_ rejects: [LedgerReject], of lake: Lake) {
        self.lake = lake
        for reject in rejects {
            self.rejects[Place(object: reject.object, line: reject.line), default: []]
                .append(reject)
        }
    }

    /// The reject that a line names, which no other line can name from then on.
    mutating func take(_ line: RepairedLine) -> LedgerReject? {
        // As the ledger names the object, or as the run did that read it.
        let names = [
            line.object,
            lake.location(of: StoredObject(location: ObjectLocation(named: line.object))),
        ]
        for place in names.map({ Place(object: $0, line: line.line) }) {
            guard var candidates = rejects[place] else { continue }
            func fits(_ reject: LedgerReject) -> Bool {
                (line.byte_offset == nil || line.byte_offset == reject.byteOffset)
                    && (line.reason == nil || line.reason == reject.reason)
            }
            let index =
                candidates.firstIndex { fits($0) && $0.replayed == nil }
                ?? candidates.firstIndex(where: fits)
            guard let index else { continue }
            let reject = candidates.remove(at: index)
            rejects[place] = candidates
            return reject
        }
        return nil
    }
}
