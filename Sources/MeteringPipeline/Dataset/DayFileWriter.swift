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

    /// Merges `merge` with the present file of its day and puts the result in place, unless nothing
    /// changes.
    func write(
        _ references: [UsageMerger.Reference], of snapshot: UsageMerger.Snapshot,
        to day: UsageDay, present: LocalStore.Object?
    ) async throws -> DayMerge.Outcome {
        var merge = snapshot.merge(references, into: day)
        var staged = try StagedFile(named: Lake.fileName(of: day), in: lake)
        try await withThrowingTaskGroup(of: GzipMember.self) { group in
            var members = OrderedMembers()
            var started = 0

            func compress(_ text: TextChunk) async throws {
                // One more than are compressed at once, so that none of the threads waits.
                if started - members.written > jobs, let done = try await group.next() {
                    try members.add(done, to: staged, reusing: &merge)
                }
                let member = members.next(text, number: started)
                started += 1
                if jobs == 1 {
                    member.compress()
                    try members.add(member, to: staged, reusing: &merge)
                } else {
                    group.addTask {
                        member.compress()
                        return member
                    }
                }
            }

            if let present {
                var session = DecodingSession(named: present.path, limits: limits)
                let reader = try ChunkReader(of: present)
                while let chunk = try reader.next() {
                    try session.feed(chunk.bytes, into: &merge)
                    while let text = merge.nextChunk(isComplete: false) {
                        try await compress(text)
                    }
                }
                let counts = try session.finish(into: &merge)
                guard counts.usage > 0, counts.foreign == 0, counts.rejected == 0,
                    merge.outcome.presentIsInOrder
                else { throw Lake.damaged(present) }
            }
            while let text = merge.nextChunk(isComplete: true) { try await compress(text) }
            while let done = try await group.next() {
                try members.add(done, to: staged, reusing: &merge)
            }
        }
        if let present, !merge.outcome.presentIsInOrder { throw Lake.damaged(present) }
        if merge.outcome.isChanged || present == nil {
            try staged.place(at: lake.file(of: day))
        }
        return merge.outcome
    }
}

/// A gzip member in the making. One thread at a time has it: the one that fills it, then the one that
/// compresses it, then the one that writes it.
private final class GzipMember: @unchecked Sendable {
    var number = 0
    var text: TextChunk?
    private(set) var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private let compressor = RepeatCompressor()

    func compress() {
        guard let text else { return }
        bytes = text.withBytes { compressor.member(of: $0, repeating: text.repeats) }
    }
}

/// Members that are compressed in any order, written in order, and then filled again.
private struct OrderedMembers {
    private(set) var written = 0
    private var waiting: [Int: GzipMember] = [:]
    private var idle: [GzipMember] = []

    mutating func next(_ text: TextChunk, number: Int) -> GzipMember {
        let member = idle.popLast() ?? GzipMember()
        member.text = text
        member.number = number
        return member
    }

    mutating func add(
        _ member: GzipMember, to file: borrowing StagedFile, reusing merge: inout DayMerge
    ) throws(PipelineError) {
        waiting[member.number] = member
        while let next = waiting.removeValue(forKey: written) {
            try file.write(next.bytes)
            written += 1
            next.text.map { merge.reuse($0) }
            next.text = nil
            idle.append(next)
        }
    }
}
