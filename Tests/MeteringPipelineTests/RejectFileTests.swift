import BedrockMetering
import Foundation
import LakeTestSupport
import MeteringLake
import MeteringPipeline
import TestSupport
import Testing

@Suite struct RejectFileTests {
    private let folder: TemporaryFolder
    private let job: IngestJob

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(source: folder.path("source"), lake: folder.path("lake"), format: .json)
    }

    private struct Reject: Decodable {
        var object: String
        var line: Int
        var byte_offset: Int
        var reason: String
        var raw_base64: Data
    }

    /// The rejects of each file, by the files' names.
    private func rejects() throws -> [String: [Reject]] {
        let rejected = folder.path("lake/_rejected")
        guard FileManager.default.fileExists(atPath: rejected) else { return [:] }
        var rejects: [String: [Reject]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: rejected) {
            let text = try String(contentsOfFile: "\(rejected)/\(name)", encoding: .utf8)
            rejects[name] = try text.split(separator: "\n").map {
                try JSONDecoder().decode(Reject.self, from: Data($0.utf8))
            }
        }
        return rejects
    }

    @Test func `a reject keeps its place, its reason and its bytes`() async throws {
        let row = UsageCall().row
        let unsound = [
            row.replacingOccurrences(of: ":10,", with: ":-10,"),
            row.replacingOccurrences(of: "\"acme\"", with: "\"\\ud800\""),
            row.replacingOccurrences(of: "\"haiku\"", with: "\"\""),
        ]
        let lines = [row, unsound[0], "END RequestId: 1\n", unsound[1], row, unsound[2]]
        let text = lines.joined()
        let path = try folder.write(GzipData.compressed(text.utf8), to: "source/a b/\u{ac00}.gz")

        let summary = try await job.run()

        let rejects = try #require(try rejects().values.first)
        #expect(rejects.map(\.object) == [path, path, path])
        #expect(rejects.map(\.line) == [2, 4, 6])
        #expect(
            rejects.map(\.reason) == [
                "input_tokens is negative", "lone surrogate in a string", "model_id is empty",
            ]
        )
        for (reject, line) in zip(rejects, unsound) {
            #expect(reject.raw_base64 == Data(line.utf8.dropLast()))
            let rest = Data(text.utf8.dropFirst(reject.byte_offset))
            #expect(rest.starts(with: reject.raw_base64))
        }
        #expect(summary.counts.rejected == 3 && summary.records == 1 && !summary.isClean)
        #expect(summary.rejects.map(\.line) == [2, 4, 6])
        #expect(summary.rejects.map(\.byteOffset) == rejects.map(\.byte_offset))
    }

    @Test func `bytes that are no text are kept as they are`() async throws {
        var line = Array(UsageCall().row.utf8.dropLast())
        line[line.firstIndex(of: UInt8(ascii: "a")) ?? 0] = 0xff
        line[line.lastIndex(of: UInt8(ascii: "k")) ?? 0] = 0
        try folder.write(line + [0x0a], to: "source/a")

        _ = try await job.run()

        #expect(try rejects().values.flatMap { $0 }.map(\.raw_base64) == [Data(line)])
    }

    @Test func `reading an object again replaces its rejects and doubles none`() async throws {
        let unsound = UsageCall().row.replacingOccurrences(of: ":10,", with: ":-10,")
        for name in ["a/x.json", "b/x.json"] { try folder.write(unsound, to: "source/\(name)") }

        _ = try await job.run()
        let first = try rejects()
        _ = try await job.run()

        #expect(first.count == 2)
        #expect(try rejects().keys.sorted() == first.keys.sorted())
        #expect(try rejects().values.allSatisfy { $0.count == 1 })
    }

    @Test(arguments: ["..", "a\nb", "\u{1b}[2J", String(repeating: "n", count: 200), "a'\"$(id)"])
    func `no name of an object leads out of the folder of rejects`(name: String) async throws {
        let unsound = UsageCall().row.replacingOccurrences(of: ":10,", with: ":-10,")
        try folder.write(unsound, to: "source/\(name)x")

        _ = try await job.run()

        let files = try rejects()
        #expect(files.count == 1)
        for file in files.keys {
            #expect(file.wholeMatch(of: /[A-Za-z0-9_-]+-[0-9a-f]{64}\.rejects/) != nil)
        }
        #expect(files.values.first?.first?.object.hasSuffix("/\(name)x") == true)
    }

    @Test func `rejects of a lake of before are found under their names of then`() async throws {
        let unsound = UsageCall().row.replacingOccurrences(of: ":10,", with: ":-10,")
        try folder.write(unsound, to: "source/a.json")
        _ = try await job.run()
        let name = try #require(try rejects().keys.first)
        try FileManager.default.moveItem(
            atPath: folder.path("lake/_rejected/\(name)"),
            toPath: folder.path("lake/_rejected/a.json-0123456789abcdef.jsonl"))

        let repairable = try await RejectsJob(of: job.lake).repairable()

        #expect(repairable.lines.count == 1 && repairable.missing.isEmpty)
    }

    @Test func `a rejected line that is repaired is taken, and nothing else twice`() async throws {
        let sound = UsageCall(time: 1).row
        let unsound = UsageCall(time: 2).row.replacingOccurrences(of: ":10,", with: ":-10,")
        try folder.write(sound + unsound, to: "source/a.json")
        _ = try await job.run()
        let raw = try #require(try rejects().values.first?.first?.raw_base64)
        let repaired = String(decoding: raw, as: UTF8.self)
            .replacingOccurrences(of: "-10", with: "10")
        try folder.write(repaired, to: "repaired/a.json")

        var replay = job
        replay.source = folder.path("repaired")
        let summary = try await replay.run()

        #expect(summary.records == 1 && summary.isClean)
        #expect(try LakeContents(job.lake).rows == 2)
    }

    /// A gzip object of sound lines, with so many unsound ones among them.
    private func object(rejects: Int) -> [UInt8] {
        let text = (0..<rejects).map { index in
            UsageCall(time: index).row
                + UsageCall(time: index).row.replacingOccurrences(of: ":10,", with: ":-1\(index),")
        }
        return GzipData.compressed(text.joined().utf8)
    }

    @Test func `all rejects of an object of thousands are kept and recorded, and the first named`()
        async throws
    {
        let count = 5000
        let path = try folder.write(object(rejects: count), to: "source/a.gz")
        try folder.write(object(rejects: 3), to: "source/b.gz")

        let summary = try await job.run()

        let files = try rejects().values.sorted { $0.count > $1.count }
        #expect(files.map(\.count) == [count, 3])
        let lines = (1...count).map { 2 * $0 }
        #expect(files[0].map(\.line) == lines)
        #expect(summary.counts.rejected == count + 3)
        #expect(summary.rejects.map(\.line) == Array(lines.prefix(100)))
        #expect(summary.rejects.allSatisfy { $0.object == path })
        let recorded = try await RejectsJob(of: job.lake).run().filter { $0.object == path }
        #expect(recorded.map(\.line) == lines)
        #expect(
            recorded.map(\.checksum) == files[0].map { Checksum(of: Array($0.raw_base64)) })
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(job.lake)/_staging") == [])
    }

    @Test func `an object that fails leaves no file of its rejects`() async throws {
        try folder.write(object(rejects: 5000).dropLast(9), to: "source/a.gz")
        try folder.write(UsageCall().row, to: "source/b.json")

        let summary = try await job.run()

        #expect(summary.failedObjects == 1 && summary.records == 1)
        #expect(try rejects().isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(job.lake)/_staging") == [])
        #expect(try await RejectsJob(of: job.lake).run().isEmpty)
    }

    @Test func `a run whose rejects cannot be kept takes nothing`() async throws {
        try folder.write(object(rejects: 3), to: "source/a.gz")
        try folder.write("in the way", to: "lake/_rejected")

        await #expect(throws: PipelineError.self) { try await job.run() }

        try FileManager.default.removeItem(atPath: "\(job.lake)/_rejected")
        let summary = try await job.run()
        #expect(summary.records == 3 && summary.counts.rejected == 3)
        #expect(try rejects().values.map(\.count) == [3])
    }
}
