package import BedrockMetering
internal import Parquet

/// Reads files of a lake that are not its own: those that something else has put into its partitions,
/// and those that were taken over before.
///
/// A file in a partition is taken as a whole, every line or row of it as usage, or not at all: what is
/// moved away afterwards is then nowhere missing. Files of text are read as sources are, and Parquet files
/// by their columns.
package struct OtherFileReader: Sendable {
    package let lake: Lake
    /// Where to put what has to be downloaded.
    package let scratch: ScratchFolder
    package let limits: DecodingLimits

    package init(lake: Lake, scratch: ScratchFolder, limits: DecodingLimits) {
        self.lake = lake
        self.scratch = scratch
        self.limits = limits
    }

    /// What a file held.
    package struct Reading: ~Copyable {
        var sink: ObjectSink
        package let counts: EventCounts
        package let version: ObjectVersion
    }

    /// Whether an object lies in the lake.
    package func reads(_ object: StoredObject) -> Bool {
        lake.root.name(of: object.location) != nil
    }

    /// Reads a file into a sink, which gets nothing where this fails.
    ///
    /// - Parameter body: the file where it was opened already.
    /// - Throws: ``PipelineError`` or ``ExportDecodingError``.
    package func read(
        _ object: StoredObject, from body: (any ObjectBody)?,
        into makeSink: () -> ObjectSink
    ) async throws -> Reading {
        do {
            return try decode(try await copy(of: object, from: body), into: makeSink())
        } catch {
            // What came may not be what was stored.
            guard !lake.isLocal else { throw error }
            return try decode(try await copy(of: object, from: nil), into: makeSink())
        }
    }

    private func copy(
        of object: StoredObject, from body: (any ObjectBody)?
    ) async throws -> ObjectCopy {
        if lake.isLocal { return try ObjectCopy(opening: object, from: lake.stores.local) }
        let body = if let body { body } else { try await lake.stores.open(object) }
        return try await ObjectCopy(downloading: object, from: body, to: lake.scratch(scratch))
    }

    private func decode(
        _ copy: ObjectCopy, into sink: consuming ObjectSink
    ) throws -> Reading {
        var sink = HeldCollector(sink)
        let counts: EventCounts
        do {
            counts = try decode(copy, into: &sink)
        } catch let error as ParquetError {
            throw leftAlone(copy, because: "\(error)")
        } catch let error as ExportDecodingError {
            throw leftAlone(copy, because: error.reason)
        }
        let unsound = counts.foreign + counts.rejected
        if unsound > 0, isInPartition(copy.object) {
            let first = sink.firstReject.map { ", such as line or row \($0.number): \($0.reason)" }
            throw leftAlone(
                copy,
                because: "\(unsound) of its \(counts.events) lines or rows are no usage"
                    + (first ?? ""))
        }
        return Reading(sink: sink.taken(), counts: counts, version: copy.version)
    }

    private func decode(
        _ copy: ObjectCopy, into sink: inout HeldCollector
    ) throws -> EventCounts {
        var session = DecodingSession(named: copy.object.name, limits: limits)
        guard try ForeignRows.isParquet(copy) else {
            var chunks = ObjectChunks(of: copy)
            while let chunk = try chunks.next() { try session.feed(chunk.bytes, into: &sink) }
            return try session.finish(into: &sink)
        }
        let rows = try ForeignRows(of: copy)
        try rows.forEachPiece { try session.feed($0, into: &sink) }
        let counts = try session.finish(into: &sink)
        guard counts.events == rows.count else {
            throw leftAlone(copy, because: "not every row of it is one line of usage")
        }
        return counts
    }

    /// Whether a file lies where readers of the lake find it.
    private func isInPartition(_ object: StoredObject) -> Bool {
        lake.root.name(of: object.location)?.utf8.first != UInt8(ascii: "_")
    }

    private func leftAlone(_ copy: ObjectCopy, because reason: String) -> PipelineError {
        guard isInPartition(copy.object) else {
            return PipelineError(
                code: .damagedLake, location: copy.object.name, reason: reason)
        }
        return PipelineError(
            code: .damagedLake, location: copy.object.name,
            reason: "is a file of another writer that was left where it is, and nothing of it "
                + "counts: \(reason); mend it or move it out of the lake, then "
                + lake.command("ingest")
        )
    }
}
