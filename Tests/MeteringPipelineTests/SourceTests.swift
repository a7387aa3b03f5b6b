import BedrockMetering
import Foundation
import LakeTestSupport
import MeteringLake
import MeteringPipeline
import TestSupport
import Testing

@Suite struct SourceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func ingest(_ source: String, into lake: String = "lake") async throws -> IngestSummary
    {
        try await IngestJob(source: folder.path(source), lake: folder.path(lake), format: .json)
            .run()
    }

    /// The code of the error that ingesting ends in.
    private func failure(of source: String, into lake: String) async -> PipelineError.Code? {
        do {
            _ = try await ingest(source, into: lake)
            return nil
        } catch {
            return (error as? PipelineError)?.code
        }
    }

    @Test func `one file is a source`() async throws {
        try folder.write(UsageCall().row, to: "a.json")

        #expect(try await ingest("a.json").records == 1)
    }

    @Test func `a pipe that this process was given open is read`() async throws {
        let rows = (0..<5000).map { UsageCall(time: $0).row }.joined()
        let pipe = Pipe()
        let writing = Thread {
            try? pipe.fileHandleForWriting.write(contentsOf: Data(rows.utf8))
            try? pipe.fileHandleForWriting.close()
        }
        writing.start()

        let summary = try await IngestJob(
            source: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)",
            lake: folder.path("lake"), format: .json
        ).run()

        #expect(summary.records == 5000 && summary.isClean)
    }

    @Test func `a pipe in a folder is named and passed over`() async throws {
        try folder.write(UsageCall().row, to: "source/a.json")
        #expect(mkfifo(folder.path("source/pipe"), 0o600) == 0)

        let summary = try await ingest("source")

        #expect(summary.records == 1)
        #expect(summary.failures.map(\.location) == [folder.path("source/pipe")])
    }

    @Test func `files in folders in folders are read, whatever their names`() async throws {
        for (number, name) in ["a", "b/c.txt", "b/d/\u{ac00} x.gz", "_e/.f", "g'\"\\"].enumerated()
        {
            try folder.write(UsageCall(time: number).row, to: "source/\(name)")
        }
        try folder.write("", to: "source/empty")
        try folder.makeFolder("source/h/i")

        let summary = try await ingest("source")

        #expect(summary.records == 5 && summary.objects == 6 && summary.isClean)
    }

    @Test func `a missing source is told, and no lake is made for it`() async throws {
        #expect(await failure(of: "nowhere", into: "lake") == .notFound)
        #expect(!FileManager.default.fileExists(atPath: folder.path("lake")))
    }

    @Test(arguments: [
        ("lake", "lake"), ("lake/exports", "lake"), ("exports", "exports/lake"),
        ("exports/../lake/exports", "lake"), ("link", "lake"), ("lake/exports", "link-to-lake"),
        ("lake/exports/a.json", "lake"), ("lake/", "lake"), ("./lake", "lake"),
    ])
    func `a source and a lake that lie in each other are refused`(
        source: String,
        lake: String
    ) async throws {
        try folder.write(UsageCall().row, to: "exports/a.json")
        try folder.write(UsageCall().row, to: "lake/exports/a.json")
        try folder.link("link", to: folder.path("lake/exports"))
        try folder.link("link-to-lake", to: folder.path("lake"))

        #expect(await failure(of: source, into: lake) == .usage)
        #expect(try LakeContents(folder.path("exports")).files.keys.sorted() == ["a.json"])
    }

    @Test func `a folder beside the lake with a longer name is no part of it`() async throws {
        try folder.write(UsageCall().row, to: "lake-exports/a.json")

        #expect(try await ingest("lake-exports", into: "lake").records == 1)
    }

    @Test func `links that lead back end the walk, and other links are followed`() async throws {
        try folder.write(UsageCall(time: 1).row, to: "source/a/1.json")
        try folder.write(UsageCall(time: 2).row, to: "elsewhere/2.json")
        try folder.link("source/a/up", to: folder.path("source"))
        try folder.link("source/a/self", to: ".")
        try folder.link("source/other", to: folder.path("elsewhere"))
        try folder.link("source/file", to: folder.path("elsewhere/2.json"))

        let summary = try await ingest("source")

        #expect(summary.isClean && summary.isBalanced)
        #expect(summary.records == 2)
        #expect(summary.objects == 3)
    }

    @Test(arguments: ["nowhere", "loop"])
    func `a link that leads to no file fails alone`(target: String) async throws {
        try folder.write(UsageCall().row, to: "source/a.json")
        try folder.link("source/loop", to: target)

        let summary = try await ingest("source")

        #expect(summary.records == 1)
        #expect(summary.failures.map(\.location) == [folder.path("source/loop")])
    }

    #if os(Linux)
        @Test func `a file that cannot be read fails alone`() async throws {
            // Reading the unmapped start of a process's memory is an input error even for root.
            try folder.write(UsageCall().row, to: "source/a.json")
            try folder.link("source/b", to: "/proc/self/mem")

            let summary = try await ingest("source")

            #expect(summary.records == 1 && summary.isBalanced)
            #expect(summary.failures.map(\.location) == [folder.path("source/b")])
        }
    #endif
}
