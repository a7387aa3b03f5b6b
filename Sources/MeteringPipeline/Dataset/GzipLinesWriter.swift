internal import BedrockMetering
internal import Gzip

/// Writes a merged day as gzip JSON lines, several members at a time.
///
/// Every member holds the same number of rows, so that the bytes depend on the rows alone, however
/// many threads compress them. Concatenated members are one gzip file (RFC 1952, section 2.2).
struct GzipLinesWriter {
    /// How many members are compressed at once.
    let jobs: Int

    func write(
        _ merge: inout DayMerge, reading present: inout (any DayFileReader)?, to file: StagedFile
    ) async throws {
        try await withThrowingTaskGroup(of: GzipMember.self) { group in
            var members = OrderedMembers()
            var started = 0
            var isComplete = false
            while !isComplete {
                isComplete = try present?.readMore(into: &merge) != true
                while let text = merge.nextChunk(isComplete: isComplete) {
                    // One more than are compressed at once, so that none of the threads waits.
                    if started - members.written > jobs, let done = try await group.next() {
                        try members.add(done, to: file, reusing: &merge)
                    }
                    let member = members.next(text, number: started)
                    started += 1
                    if jobs == 1 {
                        member.compress()
                        try members.add(member, to: file, reusing: &merge)
                    } else {
                        group.addTask {
                            member.compress()
                            return member
                        }
                    }
                }
            }
            while let done = try await group.next() {
                try members.add(done, to: file, reusing: &merge)
            }
        }
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
        _ member: GzipMember, to file: StagedFile, reusing merge: inout DayMerge
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
