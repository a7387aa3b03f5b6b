internal import BedrockMetering
internal import MeteringLake

/// What files for replay hold: sound lines go to disk as they come, and eight bytes of each are kept.
struct RepairedLines {
    private let lake: Lake
    private let limits: DecodingLimits
    private let staged: StagedFile
    private var text: [UInt8] = []
    /// The rejects that are taken back in.
    private(set) var open: [LedgerReject.ID] = []
    /// How many of those had been written off.
    private(set) var writtenOff = 0
    /// How many lines had been taken back in before.
    private(set) var known = 0
    /// The first lines that were not taken, and how many there are.
    private(set) var faults: [ObjectFailure] = []
    private(set) var faultCount = 0

    private static let pieceSize = 1 << 16
    private static let namedFaults = 100

    /// - Parameter lake: its lock is held.
    init(of lake: Lake, limits: DecodingLimits) throws(PipelineError) {
        self.lake = lake
        self.limits = limits
        staged = try StagedFile(in: lake)
    }

    /// Takes the lines of a file that name a reject and are sound.
    mutating func add(fileAt path: String, finding finder: inout RejectFinder) throws {
        try RepairedLine.forEach(inFileAt: path, limits: limits) { number, line in
            guard let fault = try fault(of: line, &finder) else { return }
            faultCount += 1
            guard faults.count < Self.namedFaults else { return }
            faults.append(ObjectFailure(location: path, reason: "line \(number): \(fault)"))
        }
    }

    /// Takes a line if it can be taken; returns why it cannot.
    private mutating func fault(
        of line: RepairedLine?, _ finder: inout RejectFinder
    ) throws -> String? {
        guard let line, let bytes = line.bytes else {
            return "is no JSON object with object, line and raw"
        }
        if let fault = RepairedLine.fault(bytes, limits: limits) { return fault }
        guard let reject = try reject(of: line, &finder) else { return "names no rejected line" }
        if reject.replayed == nil {
            open.append(reject.number)
            if reject.writtenOff != nil { writtenOff += 1 }
        } else {
            known += 1
        }
        text += bytes + [0x0a]
        if text.count >= Self.pieceSize { try flush() }
        return nil
    }

    /// The reject that a line names, which no other line can name from then on.
    private func reject(
        of line: RepairedLine, _ finder: inout RejectFinder
    ) throws -> LedgerReject? {
        var place = RejectFinder.Place(
            object: line.object, line: line.line, byteOffset: line.byte_offset, reason: line.reason)
        // As the ledger names the object, or as the run did that read it.
        if let reject = try finder.take(place) { return reject }
        place.object = lake.location(
            of: StoredObject(location: ObjectLocation(named: line.object)))
        if place.object.utf8.elementsEqual(line.object.utf8) { return nil }
        return try finder.take(place)
    }

    private mutating func flush() throws(PipelineError) {
        try staged.write(text)
        text.removeAll(keepingCapacity: true)
    }

    /// Keeps the lines under `_replayed`, under a name that follows from them; nil if there are none.
    mutating func keep() async throws(PipelineError) -> StoredObject? {
        try flush()
        guard staged.size > 0 else { return nil }
        let name = "\(Lake.replayedName)/replay-\(staged.checksum).replayed"
        let place = lake.root.appending(name)
        let kept = try await lake.objects(under: Lake.replayedName)
        if !kept.contains(where: { $0.location == place }) { try await lake.keep(staged, at: name) }
        return StoredObject(location: place)
    }
}
