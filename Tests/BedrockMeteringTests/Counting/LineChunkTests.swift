import Foundation
import Testing

@testable import BedrockMetering

/// How the rows of a day are cut into members of its file.
struct LineChunkTests {
    /// A usage line of its own, with names of so many bytes.
    private static func line(_ number: Int, nameSize: Int) -> String {
        let name = "\"\(String(repeating: "n", count: nameSize))\""
        return UsageLine(input: number).with("tenant_id", name).with("user_id", name)
            .with("model_id", name).json
    }

    private static func merger(_ lines: [String], nameSize: Int) throws -> UsageMerger {
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        var session = DecodingSession(
            named: "a",
            limits: DecodingLimits(maximumLineSize: 8 << 20, maximumNameSize: max(4096, nameSize)))
        for line in lines {
            try session.feed(Array((line + "\n").utf8).span.bytes, into: &collector)
        }
        _ = try session.finish(into: &collector)
        return merger
    }

    /// The lines of each chunk, and its bytes.
    private static func chunks(
        of lines: [String], nameSize: Int, beside others: [String] = []
    ) throws -> [(lines: Int, bytes: Int)] {
        let snapshot = try merger(lines + others, nameSize: nameSize).snapshot()
        let day = try #require(snapshot.days().first { "\($0.day)" == "2025-12-07" })
        var merge = snapshot.merge(snapshot.sorted(day.references), into: day.day)
        var chunks: [(Int, Int)] = []
        while let chunk = merge.nextChunk(isComplete: true) {
            chunk.encode()
            var (lines, bytes) = (0, 0)
            for text in chunk.texts {
                text.withBytes {
                    bytes += $0.count
                    lines += $0.count { $0 == 0x0a }
                }
            }
            chunks.append((lines, bytes))
            merge.reuse(chunk)
        }
        return chunks
    }

    @Test func `a chunk of short names has so many rows`() throws {
        let lines = (0..<10_000).map { Self.line($0, nameSize: 20) }
        let chunks = try Self.chunks(of: lines, nameSize: 20)

        #expect(
            chunks.map(\.lines) == [LineChunk.rows, LineChunk.rows, 10_000 - 2 * LineChunk.rows])
    }

    @Test(arguments: [400, 4096, 1 << 20])
    func `a chunk of long names has so many bytes`(nameSize: Int) throws {
        let count = max(20, (20 << 20) / nameSize / 3)
        let lines = (0..<count).map { Self.line($0, nameSize: nameSize) }
        let chunks = try Self.chunks(of: lines, nameSize: nameSize)

        let rows = min(LineChunk.rows, LineChunk.nameBytes / (3 * nameSize) + 1)
        #expect(chunks.dropLast().allSatisfy { $0.lines == rows })
        #expect(chunks.map(\.lines).reduce(0, +) == count)
        #expect(chunks.allSatisfy { $0.bytes < LineChunk.nameBytes + 3 * nameSize + rows * 400 })
    }

    /// Names of another day, which are in the same tables, change nothing.
    @Test func `what else is there changes no chunk`() throws {
        let lines = (0..<9000).map { Self.line($0, nameSize: $0 < 5000 ? 20 : 1500) }
        let other = Self.line(1, nameSize: 4096)
            .replacingOccurrences(of: "2025-12-07", with: "2025-12-09")
        let alone = try Self.chunks(of: lines, nameSize: 4096)
        let beside = try Self.chunks(of: lines, nameSize: 4096, beside: [other])

        #expect(alone.map(\.lines) == beside.map(\.lines))
        #expect(alone.map(\.lines).reduce(0, +) == 9000)
    }
}
