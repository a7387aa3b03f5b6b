import Foundation
import TestSupport
import Testing

/// How much memory the built commands take.
@Suite(.serialized) struct MemoryTests {
    private let folder: TemporaryFolder
    private let bucket: String
    private let environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        bucket = try MotoServer.shared.makeBucket()
        environment = try Command.environment(
            of: MotoServer.shared, state: folder.path("state"))
    }

    /// Usage of one call, and lines of other things that have so many bytes together.
    private static func log(bytes: Int) -> String {
        let other = "START RequestId: 8f3c1d1e-52b5-4b0c-9d1c-6a1c5f6f0a11 Version: $LATEST\n"
        return UsageLine.text() + String(repeating: other, count: bytes / other.utf8.count)
    }

    /// The source that holds `text`: on disk compressed, in S3 as it is.
    private func source(_ name: String, in place: String, holding text: String) throws -> String {
        guard place == "S3" else {
            let file = try folder.write(text, to: "\(name)/a.json")
            let gzip = try Process.run(
                URL(fileURLWithPath: "/usr/bin/env"), arguments: ["gzip", file])
            gzip.waitUntilExit()
            #expect(gzip.terminationStatus == 0)
            return folder.path(name)
        }
        let server = try MotoServer.shared
        let put = LoopbackRequest(
            "PUT", "/\(bucket)/\(name)/a.json", port: server.port, body: text)
        #expect(try put.status() == 200)
        return "s3://\(bucket)/\(name)"
    }

    private func memory(of job: String, from source: String) throws -> Int {
        try job == "report"
            ? Command.report.memory(
                ["--day", "2025-12-07", "--source", source], environment: environment)
            : Command.etl.memory(
                ["ingest", "--source", source, "--lake", folder.path("lake-\(UUID())")],
                environment: environment)
    }

    @Test(arguments: ["report", "ingest"], ["disk", "S3"])
    func `an object of any size is read in the memory of a small one`(
        job: String, place: String
    ) throws {
        let small = try source("small", in: place, holding: Self.log(bytes: 1 << 20))
        let large = try source("large", in: place, holding: Self.log(bytes: 32 << 20))

        let growth = try memory(of: job, from: large) - memory(of: job, from: small)

        #expect(growth < 16 << 20)
    }

    @Test(arguments: [("report", 100), ("ingest", 160)])
    func `records take no more memory than the page on limits tells`(job: String, bytes: Int) throws
    {
        let count = 120_000
        for object in 0..<4 {
            let text = (0..<count / 4).map { line in
                UsageLine.text(tenant: "tenant-\(object)", microseconds: line * 7_001)
            }
            try folder.write(text.joined(), to: "records/\(object).json")
        }

        let memory = try memory(of: job, from: folder.path("records"))

        #expect(memory < 64 << 20 + count * bytes)
    }

    @Test func `days within the budget are held, and past it no more than it or the largest day`()
        throws
    {
        let (days, lines) = (10, 20_000)
        for day in 0..<days {
            let text = (0..<lines).map { line in
                UsageLine.text(
                    tenant: "tenant-\(line % 9)", day: "2025-12-\(10 + day)",
                    microseconds: line * 3_001_007)
            }
            try folder.write(text.joined(), to: "days/\(day).json")
        }
        func memory(_ budget: String) throws -> Int {
            try Command.etl.memory(
                [
                    "ingest", "--source", folder.path("days"), "--lake",
                    folder.path("lake-\(budget)"), "--memory", budget,
                ], environment: environment)
        }

        let (held, spilled) = try (memory("1GiB"), memory("4MiB"))

        #expect(spilled < 64 << 20 + max(4 << 20, lines * 160))
        #expect(held > spilled + (days - 2) * lines * 50)
    }
}
