import BedrockMetering
import Foundation
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
            #expect(file.wholeMatch(of: /[A-Za-z0-9_-]+-[0-9a-f]{16}\.rejects/) != nil)
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
}
