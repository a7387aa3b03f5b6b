internal import BedrockMetering
internal import Gzip

/// Writes a merged day as gzip JSON lines, several members at a time.
///
/// Every member holds the same number of rows, so that the bytes depend on the rows alone, however
/// many threads compress them. Concatenated members are one gzip file (RFC 1952, section 2.2).
struct GzipLinesWriter {
    /// How many members are compressed at once.
    let jobs: Int
    /// The command that makes the lake one of files that longer lines fit.
    let conversion: String
    /// Bytes of the longest line that can be read again.
    var maximumLineSize = DecodingLimits.dayFiles.maximumLineSize

    func write(
        _ merge: inout DayMerge, reading present: inout (any DayFileReader)?, to file: StagedFile
    ) async throws {
        try await withThrowingTaskGroup(of: GzipMember.self) { group in
            var members = OrderedMembers(
                maximumLineSize: maximumLineSize, conversion: conversion)
            var started = 0
            var isComplete = false
            while !isComplete {
                isComplete = try present?.readMore(into: &merge) != true
                while let lines = merge.nextChunk(isComplete: isComplete) {
                    // The file may hold names that are new.
                    if !isComplete { lines.encode() }
                    // One more than are compressed at once, so that none of the threads waits.
                    if started - members.written > jobs, let done = try await group.next() {
                        try members.add(done, to: file, reusing: &merge)
                    }
                    let member = members.next(lines, number: started)
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

/// Gzip members in the making. One thread at a time has them: the one that fills them with rows, then
/// the one that compresses those, then the one that writes them.
private final class GzipMember: @unchecked Sendable {
    var number = 0
    var lines: LineChunk?
    private let compressor = RepeatCompressor()

    var bytes: UnsafeRawBufferPointer { compressor.bytes }

    func compress() {
        guard let lines else { return }
        lines.encode()
        compressor.removeAll()
        for text in lines.texts {
            text.withBytes { compressor.append($0, repeating: text.repeats) }
        }
    }
}

/// Members that are compressed in any order, written in order, and then filled again.
private struct OrderedMembers {
    let maximumLineSize: Int
    let conversion: String
    private(set) var written = 0
    private var waiting: [Int: GzipMember] = [:]
    private var idle: [GzipMember] = []

    init(maximumLineSize: Int, conversion: String) {
        self.maximumLineSize = maximumLineSize
        self.conversion = conversion
    }

    mutating func next(_ lines: LineChunk, number: Int) -> GzipMember {
        let member = idle.popLast() ?? GzipMember()
        member.lines = lines
        member.number = number
        return member
    }

    mutating func add(
        _ member: GzipMember, to file: StagedFile, reusing merge: inout DayMerge
    ) throws(PipelineError) {
        waiting[member.number] = member
        while let next = waiting.removeValue(forKey: written) {
            try check(next.lines, on: merge.day)
            try file.write(next.bytes)
            written += 1
            next.lines.map { merge.reuse($0) }
            next.lines = nil
            idle.append(next)
        }
    }

    /// Makes sure that what is written can be read.
    private func check(_ lines: LineChunk?, on day: UsageDay) throws(PipelineError) {
        guard let size = lines?.longestLine, size > maximumLineSize else { return }
        throw PipelineError(
            code: .damagedLake, location: DayFile.name(of: day, in: .json),
            reason:
                "a row of it would be a line of \(size) bytes, which is too long to be read again; "
                + "the file was left as it was, and its new records are not in it; "
                + "\(conversion) makes it a lake that has room for them"
        )
    }
}
