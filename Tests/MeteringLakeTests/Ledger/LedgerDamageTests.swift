import BedrockMetering
import Foundation
import GRDB
import LakeTestSupport
import MeteringLake
import TestSupport
import Testing

@Suite struct LedgerDamageTests {
    private let folder: TemporaryFolder
    private let path: String
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("_ledger.sqlite")
    }

    /// A ledger of a few hundred objects, closed.
    private static let sample = Result<[UInt8], any Error> {
        let folder = try TemporaryFolder()
        let path = folder.path("_ledger.sqlite")
        let day = UsageDay.on("2025-12-07")
        let ledger = try Ledger(at: path)
        let objects = (0..<300).map {
            ObjectReading.read("source/\($0).gz", [day: 1], rejects: [.line($0)])
        }
        try ledger.run(.ingest, objects, days: [.state(1, of: day, ["a": 300])], now: day.end)
        try ledger.close()
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Puts the sample at ``path``; returns its bytes.
    private func makeLedger() throws -> [UInt8] {
        let bytes = try Self.sample.get()
        try folder.write(bytes, to: "_ledger.sqlite")
        return bytes
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func query(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// Opens the ledger, which must be an empty one that can be used.
    private func openAnew() throws -> Ledger {
        let ledger = try Ledger(at: path)
        #expect(try ledger.objects().isEmpty && ledger.days().isEmpty && ledger.runs().isEmpty)
        try ledger.run(.ingest, [.read("a")], now: day.end)
        #expect(try ledger.knows("a"))
        return ledger
    }

    // SQLite takes one byte for none.
    @Test(arguments: [2, 15, 16, 100, 4096, 100_000])
    func `bytes that are no ledger are set aside`(size: Int) throws {
        var random = SeededGenerator(seed: UInt64(size))
        let noise = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        try folder.write(noise, to: "_ledger.sqlite")

        let ledger = try openAnew()

        #expect(ledger.damaged == path + ".damaged-1")
        #expect(try bytes(path + ".damaged-1") == noise)
    }

    @Test(arguments: [50, 100, 1000, 4096, 5000, 20_000])
    func `a truncated ledger is set aside`(size: Int) throws {
        let whole = try makeLedger()
        try folder.write(whole.prefix(size), to: "_ledger.sqlite")

        let ledger = try openAnew()

        #expect(ledger.damaged == path + ".damaged-1")
        #expect(try bytes(path + ".damaged-1") == Array(whole.prefix(size)))
    }

    @Test(arguments: [true, false])
    func `a database of something else is refused and left as it is`(isOwn: Bool) throws {
        try query(path, "CREATE TABLE invoice (total INTEGER); INSERT INTO invoice VALUES (7)")
        let before = try bytes(path)

        let error = #expect(throws: PipelineError.self) { try Ledger(at: path, isOwn: isOwn) }

        #expect(error?.code == .damagedLake && error?.reason.contains("something else") == true)
        #expect(try bytes(path) == before)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["_ledger.sqlite"])
    }

    @Test func `a ledger of a later version is refused and left as it is`() throws {
        _ = try makeLedger()
        try query(path, "INSERT INTO grdb_migrations VALUES ('from the future')")
        let before = try bytes(path)

        let error = #expect(throws: PipelineError.self) { try Ledger(at: path) }

        #expect(error?.code == .damagedLake && error?.reason.contains("later version") == true)
        #expect(try bytes(path) == before)
    }

    @Test func `where its path may be mistyped, only what is marked as a ledger is set aside`()
        throws
    {
        try folder.write("a log line\n", to: "_ledger.sqlite")
        let error = #expect(throws: PipelineError.self) { try Ledger(at: path, isOwn: false) }
        #expect(error?.code == .damagedLake && error?.reason.contains("left alone") == true)
        #expect(try bytes(path) == Array("a log line\n".utf8))

        try folder.write(try Self.sample.get().prefix(5000), to: "_ledger.sqlite")
        #expect(try Ledger(at: path, isOwn: false).damaged == path + ".damaged-1")
    }

    @Test(arguments: [
        "DROP TABLE older_restatement_tenant", "DROP INDEX reject_by_line",
        "ALTER TABLE day ADD COLUMN more TEXT", "DELETE FROM grdb_migrations",
    ])
    func `a ledger whose tables were changed is set aside`(change: String) throws {
        _ = try makeLedger()
        try query(path, change)

        #expect(try openAnew().damaged == path + ".damaged-1")
    }

    @Test func `a ledger whose making was cut short is made on`() throws {
        try query(path, "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")

        #expect(
            #expect(throws: PipelineError.self) { try Ledger(readingAt: path) }?.code == .notFound)
        #expect(try openAnew().damaged == nil)
    }

    @Test func `what SQLite keeps beside a damaged ledger goes with it`() throws {
        for (name, text) in [("", "no ledger"), ("-wal", "log"), ("-shm", "index")] {
            try folder.write(text, to: "_ledger.sqlite" + name)
        }

        _ = try openAnew()

        #expect(try bytes(path + ".damaged-1") == Array("no ledger".utf8))
        #expect(try bytes(path + ".damaged-1-wal") == Array("log".utf8))
    }

    @Test func `no ledger that was set aside before is overwritten`() throws {
        for number in 1...3 {
            try folder.write("damage \(number)", to: "_ledger.sqlite")
            let ledger = try Ledger(at: path)
            #expect(ledger.damaged == path + ".damaged-\(number)")
            try ledger.close()
        }

        for number in 1...3 {
            #expect(try bytes(path + ".damaged-\(number)") == Array("damage \(number)".utf8))
        }
    }

    @Test func `an empty file becomes a ledger, and so does nothing beside an old log`() throws {
        try folder.write("", to: "_ledger.sqlite")
        #expect(try openAnew().damaged == nil)

        try folder.write("left over", to: "other.sqlite-wal")
        let ledger = try Ledger(at: folder.path("other.sqlite"))
        #expect(try ledger.damaged == nil && ledger.objects().isEmpty)
    }

    @Test(arguments: Fuzzing.seeds(60))
    func `a ledger with any damage opens sound or is set aside`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var damaged = try makeLedger()
        for _ in 0..<random.pick([1, 3, 30, 300]) {
            // Headers of the file and of pages are hit more often than their share.
            let page = 4096 * Int.random(in: 0..<damaged.count / 4096, using: &random)
            let offset = page + Int.random(in: 0..<random.pick([24, 100, 4096]), using: &random)
            damaged[offset] = UInt8.random(in: 0...255, using: &random)
        }
        try folder.write(damaged, to: "_ledger.sqlite")

        let ledger = try Ledger(at: path)

        if let aside = ledger.damaged {
            #expect(try bytes(aside) == damaged)
            #expect(try ledger.objects().isEmpty)
        } else {
            do {
                _ = try ledger.objects()
                _ = try ledger.rejects()
                _ = try ledger.days()
                _ = try ledger.sums(of: day)
                _ = try ledger.runs()
            } catch {
                #expect(error.code == .damagedLake)
            }
        }
        try ledger.close()
    }

    @Test func `a reader names what is wrong and leaves it where it is`() throws {
        func code() -> PipelineError.Code? {
            #expect(throws: PipelineError.self) { try Ledger(readingAt: path) }?.code
        }
        #expect(code() == .notFound)
        #expect(!FileManager.default.fileExists(atPath: path))
        try folder.write("", to: "_ledger.sqlite")
        #expect(code() == .notFound)
        try folder.write("no ledger", to: "_ledger.sqlite")
        #expect(code() == .damagedLake)
        #expect(try bytes(path) == Array("no ledger".utf8))
        try FileManager.default.removeItem(atPath: path)
        try query(path, "CREATE TABLE invoice (total INTEGER)")
        #expect(code() == .damagedLake)
    }

    @Test func `a ledger in no folder, or that is a folder, cannot be opened`() throws {
        try folder.makeFolder("folder.sqlite")
        for name in ["missing/_ledger.sqlite", "folder.sqlite"] {
            #expect(throws: PipelineError.self) { try Ledger(at: folder.path(name)) }
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder.sqlite"])
    }
}
