public import Foundation

/// Decodes objects as CloudWatch and Firehose leave them in S3, whatever their shape.
///
/// The shape is told by content, never by name: export-task lines, subscription documents with or
/// without line ends between them, bare messages, Lambda events, JSON lines; plain, gzip with any
/// number of members, or gzip inside gzip.
public struct UsageRecordDecoder: Sendable {
    public var limits: DecodingLimits

    public init(limits: DecodingLimits = DecodingLimits()) {
        self.limits = limits
    }

    /// All records and rejected lines of an object, in its order.
    ///
    /// - Parameters:
    ///   - object: its bytes, all of them.
    ///   - name: what errors call the object.
    /// - Throws: ``ExportDecodingError`` if the object is damaged, ends too early or passes a limit.
    /// - Complexity: linear; takes a few hundred bytes of memory per record.
    public func decode(
        _ object: Data, named name: String = "object"
    ) throws(ExportDecodingError) -> DecodedObject {
        var collector = RecordCollector()
        let counts = try decode(object, named: name, into: &collector)
        return DecodedObject(
            records: collector.records, rejected: collector.rejected, counts: counts
        )
    }

    /// Streams an object's records into `sink`, without an array of them.
    ///
    /// - Parameters:
    ///   - object: its bytes, all of them.
    ///   - name: what errors call the object.
    ///   - sink: what takes the records, such as a ``UsageCollector``.
    /// - Returns: how many events there were of each fate.
    /// - Throws: ``ExportDecodingError`` if the object is damaged, ends too early or passes a limit;
    ///   `sink` is then as it was before.
    /// - Complexity: linear; memory grows with what `sink` keeps, not with the object.
    @discardableResult
    public func decode(
        _ object: Data, named name: String = "object",
        into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) -> EventCounts {
        var session = DecodingSession(named: name, limits: limits)
        try session.feed(object.bytes, into: &sink)
        return try session.finish(into: &sink)
    }
}

/// Objects that come piece by piece.
extension UsageRecordDecoder {
    /// Decodes an object whose bytes come as chunks, such as the body of a response, into `sink`.
    ///
    /// - Parameters:
    ///   - chunks: its bytes in order, in pieces of any size, such as `Data` or `[UInt8]`.
    ///   - name: what errors call the object.
    ///   - sink: what takes the records, such as a ``UsageCollector``.
    /// - Returns: how many events there were of each fate.
    /// - Throws: ``ExportDecodingError`` if the object is damaged, ends too early or passes a limit, or what
    ///   `chunks` throws; `sink` is then as it was before.
    /// - Complexity: linear; memory grows with what `sink` keeps and with one chunk, not with the object.
    @discardableResult
    nonisolated(nonsending) public func decode<Chunks: AsyncSequence>(
        _ chunks: Chunks, named name: String = "object", into sink: inout some UsageSink & ~Copyable
    ) async throws -> EventCounts where Chunks.Element: ContiguousBytes {
        var session = DecodingSession(named: name, limits: limits)
        var iterator = chunks.makeAsyncIterator()
        while true {
            let next: Chunks.Element?
            do {
                next = try await iterator.next(isolation: #isolation)
            } catch {
                sink.rollback()
                throw error
            }
            guard let chunk = next else { break }
            try chunk.withUnsafeBytes { try session.feed($0.bytes, into: &sink) }
        }
        return try session.finish(into: &sink)
    }
}

/// What one object held.
public struct DecodedObject: Sendable, Hashable {
    /// The sound usage lines, in the object's order, redelivered ones included.
    public var records: [UsageRecord]
    /// The lines that claim to be usage but are not sound.
    public var rejected: [RejectedLine]
    public var counts: EventCounts

    public init(
        records: [UsageRecord] = [], rejected: [RejectedLine] = [],
        counts: EventCounts = EventCounts()
    ) {
        self.records = records
        self.rejected = rejected
        self.counts = counts
    }
}

private struct RecordCollector: UsageSink {
    var records: [UsageRecord] = []
    var rejected: [RejectedLine] = []

    mutating func consume(_ batch: borrowing UsageBatch) {
        for index in 0..<batch.count { records.append(batch.record(at: index)) }
    }

    mutating func reject(_ line: RejectedLine) {
        rejected.append(line)
    }

    mutating func commit() {}

    mutating func rollback() {
        self = RecordCollector()
    }
}
