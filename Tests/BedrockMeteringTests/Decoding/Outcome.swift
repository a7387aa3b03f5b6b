import BedrockMetering
import Gzip

/// All that decoding an object comes to, to be compared as a whole.
struct Outcome: Equatable {
    var records: [UsageRecord] = []
    var rejected: [RejectedLine] = []
    /// Those of an object without an error.
    var counts = EventCounts()
    var error: ExportDecodingError?

    init() {}

    /// Decodes an object that comes in `chunks`.
    init(
        of chunks: some Sequence<some Collection<UInt8>>,
        limits: DecodingLimits = DecodingLimits()
    ) {
        var sink = OutcomeSink()
        do throws(ExportDecodingError) {
            var session = DecodingSession(named: "object", limits: limits)
            for chunk in chunks { try session.feed(Array(chunk).span.bytes, into: &sink) }
            counts = try session.finish(into: &sink)
        } catch {
            self.error = error
        }
        records = sink.records
        rejected = sink.rejected
    }

    init(of bytes: [UInt8], limits: DecodingLimits = DecodingLimits()) {
        self.init(of: [bytes], limits: limits)
    }

    init(of text: String, limits: DecodingLimits = DecodingLimits()) {
        self.init(of: Array(text.utf8), limits: limits)
    }

    /// The input tokens of the records, which tests use to tell lines apart.
    var inputs: [Int64] { records.map(\.tokens.input) }

    var reasons: [RejectionReason] { rejected.map(\.reason) }

    /// Whether the counts say what was delivered.
    var addsUp: Bool {
        error == nil
            ? counts.usage == records.count && counts.rejected == rejected.count
                && counts.events == counts.usage + counts.foreign + counts.rejected
            : records.isEmpty && rejected.isEmpty && counts == EventCounts()
    }
}

private struct OutcomeSink: UsageSink {
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
        self = OutcomeSink()
    }
}

/// One gzip member that holds `bytes`.
func gzip(_ bytes: some Collection<UInt8>) -> [UInt8] {
    Array(bytes).withUnsafeBytes { GzipCompressor(level: 6).compress($0) }
}

func gzip(_ text: String) -> [UInt8] { gzip(text.utf8) }

/// What a sound stream of gzip holds, all layers taken off.
func gunzip(_ bytes: [UInt8]) -> [UInt8] {
    let stream = GunzipStream(
        limits: GunzipLimits(maximumBytes: 1 << 30, maximumRatio: 2000, maximumDepth: 3)
    )
    var output = [UInt8](repeating: 0, count: 1 << 16)
    var inflated: [UInt8] = []
    bytes.withUnsafeBytes { input in
        stream.feed(input)
        while let count = try? output.withUnsafeMutableBytes({
            try stream.read(into: $0, atEnd: true)
        }), count > 0 {
            inflated += output[..<count]
        }
    }
    return inflated
}
