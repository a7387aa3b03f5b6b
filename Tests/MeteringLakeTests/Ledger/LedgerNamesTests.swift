import BedrockMetering
import Foundation
import GRDB
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake

/// Names from logs and of objects are kept byte for byte, and are never part of a statement.
@Suite struct LedgerNamesTests {
    private static let names = [
        "\u{ac00}", "\u{1100}\u{1161}", "\u{e9}", "e\u{301}", "a", "A", "a ", " a", "a\u{0}",
        "a\u{0}b",
        "\u{0}", "'; DROP TABLE day; --", "\" OR 1=1", "?", "?1", ":name", "$1", "%", "_", "\\",
        "\n",
        "\u{1b}[2J", "NULL", "null", "0", "00", "1e3", "x'00'", "\u{feff}", "\u{fffd}",
        "\u{10ffff}",
        String(repeating: "long", count: 50_000),
    ]
    private let folder: TemporaryFolder
    private let ledger: Ledger
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        ledger = try Ledger(at: folder.path("_ledger.sqlite"))
    }

    @Test func `tenants and models of any name stay apart`() throws {
        var contents = DayContents.state(1, of: day, [:])
        for (index, name) in Self.names.enumerated() {
            contents.sums[TenantModel(TenantID(name), "m")] = .calls(index + 1)
            contents.sums[TenantModel("m", ModelID(name))] = .calls(index + 100)
        }
        try #require(contents.sums.count == 2 * Self.names.count)

        try ledger.run(days: [contents], now: day.end)

        #expect(try ledger.sums(of: day) == UsageSums(contents.sums))
        try ledger.run(days: [.state(2, of: day, [:], after: 1)], now: day.end)
        #expect(try ledger.sums(of: day) == UsageSums())
    }

    @Test func `objects of any name stay apart`() throws {
        try ledger.run(.ingest, Self.names.map { .read($0, rejects: [.line(1)]) }, now: day.end)

        let sorted = Self.names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(try ledger.objects().map { Array($0.location.utf8) } == sorted)
        #expect(try ledger.rejects().map { Array($0.object.utf8) } == sorted)
        for name in Self.names {
            #expect(try ledger.knows(name))
            #expect(try !ledger.knows(name + "x"))
        }
    }

    @Test func `tags of any text stay apart`() throws {
        for name in Self.names {
            let version = ObjectVersion(size: 1, modifiedNanoseconds: 1, tag: name)
            let contents = ObjectReading.Contents(counts: EventCounts(), usageByDay: [:])
            let object = ObjectReading(location: "a", version: version, result: .read(contents))

            try ledger.run(.ingest, [object], now: day.end)

            let known = try ledger.areKnown(
                Self.names.map {
                    ("a", ObjectVersion(size: 1, modifiedNanoseconds: 1, tag: $0))
                }
            )
            #expect(known == Self.names.map { $0.utf8.elementsEqual(name.utf8) })
        }
    }

    @Test func `names are text that other programs read`() throws {
        try ledger.run(
            .ingest, [.read("\u{e9}.gz", [day: 1])], days: [.state(1, of: day, ["\u{ac00}": 1])],
            now: day.end
        )

        let row = try DatabaseQueue(path: ledger.path).read {
            try Row.fetchOne(
                $0,
                sql: """
                    SELECT location, tenant, typeof(tenant) AS type, total_tokens
                    FROM object, day_sum WHERE tenant = '\u{ac00}'
                    """
            )
        }

        #expect(
            row == [
                "location": "\u{e9}.gz", "tenant": "\u{ac00}", "type": "text", "total_tokens": "15",
            ])
    }

    @Test(arguments: [
        ":memory:", "file:x?mode=memory", "a b", "\u{1100}\u{1161}.sqlite", "%41", "'",
    ])
    func `a ledger is at the path that names it`(name: String) throws {
        let path = folder.path(name)
        try Ledger(at: path).run(.ingest, [.read("a")], now: day.end)

        #expect(FileManager.default.fileExists(atPath: path))
        #expect(try Ledger(at: path).knows("a"))
        #expect(try Ledger(readingAt: path).knows("a"))
    }

    @Test func `an error shows no name`() throws {
        try ledger.write { database in
            try database.execute(
                sql: """
                    CREATE TEMP TRIGGER fault BEFORE INSERT ON main.day_sum BEGIN
                        SELECT raise(ABORT, 'fault') WHERE new.tenant = 'secret';
                    END
                    """
            )
        }

        let error = #expect(throws: PipelineError.self) {
            try ledger.run(days: [.state(1, of: day, ["secret": 1])], now: day.end)
        }

        #expect(error?.code == .inputOutput && error?.location == ledger.path)
        #expect(error?.description.contains("secret") == false)
    }
}
