internal import BedrockMetering
internal import Gzip

/// Writes merged days as gzip JSON lines, several members at a time.
///
/// Every member holds the same number of rows, so that the bytes depend on the rows alone, however
/// many threads compress them. Concatenated members are one gzip file (RFC 1952, section 2.2).
struct DayFileWriter: Sendable {
    let lake: Lake
    let limits: DecodingLimits
    /// How many members are compressed at once.
    let jobs: Int

    /// zlib's fastest level: higher ones make a file smaller by a tenth for twice the time.
    private static let level = 1

    /// Merges `merge` with the present file of its day and puts the result in place, unless nothing
    /// changes.
    func write(
        _ references: [UsageMerger.Reference], of snapshot: UsageMerger.Snapshot,
        to day: UsageDay, present: LocalStore.Object?
    ) async throws -> DayMerge.Outcome {
        var merge = snapshot.merge(references, into: day)
        var staged = try StagedFile(named: Lake.fileName(of: day), in: lake)
        try await withThrowingTaskGroup(of: (number: Int, member: [UInt8]).self) { group in
            var members = OrderedMembers()
            var started = 0

            func compress(_ chunk: [UInt8]) async throws {
                if jobs == 1 { return try staged.write(Self.compressed(chunk)) }
                if (started - members.written) / 2 >= jobs, let done = try await group.next() {
                    try members.add(done.member, number: done.number, to: staged)
                }
                let number = started
                started += 1
                group.addTask { (number, Self.compressed(chunk)) }
            }

            if let present {
                var session = DecodingSession(named: present.path, limits: limits)
                let reader = try ChunkReader(of: present)
                while let chunk = try reader.next() {
                    try session.feed(chunk.bytes, into: &merge)
                    while let lines = merge.nextChunk(isComplete: false) {
                        try await compress(lines)
                    }
                }
                let counts = try session.finish(into: &merge)
                guard counts.foreign == 0, counts.rejected == 0, merge.outcome.presentIsInOrder
                else { throw Self.damaged(present) }
            }
            while let lines = merge.nextChunk(isComplete: true) { try await compress(lines) }
            while let done = try await group.next() {
                try members.add(done.member, number: done.number, to: staged)
            }
        }
        if let present, !merge.outcome.presentIsInOrder { throw Self.damaged(present) }
        if merge.outcome.isChanged || present == nil {
            try staged.place(at: lake.file(of: day))
        }
        return merge.outcome
    }

    private static func compressed(_ chunk: [UInt8]) -> [UInt8] {
        chunk.withUnsafeBytes { GzipCompressor(level: level).compress($0) }
    }

    private static func damaged(_ present: LocalStore.Object) -> PipelineError {
        PipelineError(
            code: .damagedLake, location: present.path,
            reason: "holds lines that are no usage rows of this day in order, so it was left alone"
        )
    }
}

/// Members that were compressed out of order, written in order.
private struct OrderedMembers {
    private(set) var written = 0
    private var waiting: [Int: [UInt8]] = [:]

    mutating func add(
        _ member: [UInt8], number: Int, to file: borrowing StagedFile
    ) throws(PipelineError) {
        waiting[number] = member
        while let next = waiting.removeValue(forKey: written) {
            try file.write(next)
            written += 1
        }
    }
}
