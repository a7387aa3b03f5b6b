import BedrockMetering
import Foundation
import Gzip

/// The parts of the benchmark that are not commands of the product:
///
///     benchmark-tool generate DIR LINES OBJECTS         writes a day's export-task objects, always
///                                                       the same
///     benchmark-tool late DIR LINES                     writes an object with more lines of that day
///     benchmark-tool backfill DIR LINES DAYS OBJECTS    writes so many objects for each of the days
///     benchmark-tool floor DIR                          has zlib inflate objects, and nothing else
///     benchmark-tool inflate DIR                        inflates them as the product does, and no more
///     benchmark-tool stream DIR                         decodes them and adds up days, in one thread
///     benchmark-tool merge DIR                          decodes, deduplicates, sorts and writes them
///                                                       as gzip JSON lines to nowhere, in one thread
@main
struct BenchmarkTool {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count >= 2 else { throw Usage() }
        let folder = URL(fileURLWithPath: arguments[arguments.startIndex + 1])
        let numbers = arguments.dropFirst(2).compactMap { Int($0) }
        switch arguments.first {
        case "generate" where numbers.count == 2:
            try await LogGenerator(folder: folder)
                .writeDay(lines: numbers[0], objects: numbers[1])
        case "late" where numbers.count == 1:
            try await LogGenerator(folder: folder).writeLate(lines: numbers[0])
        case "backfill" where numbers.count == 3:
            try await LogGenerator(folder: folder)
                .writeDays(numbers[1], lines: numbers[0], objectsPerDay: numbers[2])
        case "floor": try inflate(folder)
        case "inflate": try inflateAsProduct(folder)
        case "stream": try stream(folder)
        case "merge": try merge(folder)
        default: throw Usage()
        }
    }

    struct Usage: Error {}
    struct Unsound: Error {}

    private static func objects(_ folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
    }

    private static let chunkSize = 1 << 18

    private static func inflate(_ folder: URL) throws {
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 64)
        defer { output.deallocate() }
        var size = 0
        for object in try objects(folder) {
            var zlib = ZlibInflater()
            try read(object) { chunk in
                var rest = chunk
                while !rest.isEmpty {
                    guard let step = zlib.step(from: rest, into: output) else { throw Unsound() }
                    rest = UnsafeRawBufferPointer(rebasing: rest[step.consumed...])
                    size += step.produced
                    if step.isAtEnd { zlib = ZlibInflater() }
                }
            }
        }
        print(size)
    }

    private static func inflateAsProduct(_ folder: URL) throws {
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 64)
        defer { output.deallocate() }
        var size = 0
        for object in try objects(folder) {
            let stream = GunzipStream(
                limits: GunzipLimits(maximumBytes: 1 << 40, maximumRatio: 1 << 20))
            func drain(atEnd: Bool) throws {
                while true {
                    let count = try stream.read(into: output, atEnd: atEnd)
                    guard count > 0 else { return }
                    size += count
                }
            }
            try read(object) { chunk in
                stream.feed(chunk)
                try drain(atEnd: false)
            }
            try drain(atEnd: true)
        }
        print(size)
    }

    private static func stream(_ folder: URL) throws {
        let period = try UsagePeriod.day("2025-12-07")
        var aggregator = UsageAggregator(UsageQuery(per: .day, during: period))
        var counts = EventCounts()
        for object in try objects(folder) {
            var session = DecodingSession(named: object.lastPathComponent)
            try read(object) { chunk in
                try session.feed(chunk.bytes, into: &aggregator)
            }
            counts += try session.finish(into: &aggregator)
        }
        print(counts.usage, try aggregator.rows().totals().tokens.total)
    }

    private static func merge(_ folder: URL) throws {
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        for object in try objects(folder) {
            var session = DecodingSession(named: object.lastPathComponent)
            try read(object) { chunk in
                try session.feed(chunk.bytes, into: &collector)
            }
            _ = try session.finish(into: &collector)
        }
        let snapshot = merger.snapshot()
        let compressor = RepeatCompressor()
        var size = 0
        for (day, references) in snapshot.days() {
            var merge = snapshot.merge(snapshot.sorted(references), into: day)
            while let lines = merge.nextChunk(isComplete: true) {
                lines.encode()
                compressor.removeAll()
                for text in lines.texts {
                    text.withBytes { compressor.append($0, repeating: text.repeats) }
                }
                size += compressor.bytes.count
                merge.reuse(lines)
            }
        }
        print(merger.count, size)
    }

    private static func read(
        _ file: URL, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        while let chunk = try handle.read(upToCount: chunkSize), !chunk.isEmpty {
            try chunk.withUnsafeBytes(body)
        }
    }
}
