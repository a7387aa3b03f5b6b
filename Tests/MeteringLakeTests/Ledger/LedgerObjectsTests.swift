import BedrockMetering
import LakeTestSupport
import MeteringLake
import Testing

@Suite struct LedgerObjectsTests {
    private let ledger: Ledger
    private let day = UsageDay.on("2025-12-07")
    private let next = UsageDay.on("2025-12-08")
    private let now: EventTime

    init() throws {
        ledger = try Ledger()
        now = .hours(1, after: day)
    }

    @Test func `an object that was ingested is known, with what it held`() throws {
        let object = ObjectReading.read("s/a.gz", [day: 3, next: 1], rejects: [.line(2)])
        let days: [DayContents] = [.state(1, of: day, ["t": 3]), .state(2, of: next, ["t": 1])]

        try ledger.run(.ingest, [object], days: days, now: now)

        #expect(try ledger.knows("s/a.gz"))
        let stored = try #require(try ledger.objects().first)
        #expect(stored.location == "s/a.gz" && stored.version == .number(1) && stored.isComplete)
        #expect(stored.counts.usage == 4 && stored.counts.rejected == 1)
        #expect(stored.usageByDay == [day: 3, next: 1] && stored.failure == nil && stored.run == 1)
    }

    @Test(arguments: [
        ("s/b.gz", ObjectVersion(size: 100, modifiedNanoseconds: 1, tag: "1:2")),
        ("s/a.gz", ObjectVersion(size: 101, modifiedNanoseconds: 1, tag: "1:2")),
        ("s/a.gz", ObjectVersion(size: 100, modifiedNanoseconds: 2, tag: "1:2")),
        ("s/a.gz", ObjectVersion(size: 100, modifiedNanoseconds: nil, tag: "1:2")),
        ("s/a.gz", ObjectVersion(size: 100, modifiedNanoseconds: 1, tag: "1:3")),
        ("s/a.gz", ObjectVersion(size: 100, modifiedNanoseconds: 1, tag: "")),
    ])
    func `another object, or another version, is not known`(
        location: String, version: ObjectVersion
    ) throws {
        try ledger.run(.ingest, [.read("s/a.gz")], now: now)

        #expect(try !ledger.knows(location, version: version))
    }

    @Test func `a version without a time is known by the rest`() throws {
        let version = ObjectVersion(size: 7, modifiedNanoseconds: nil, tag: "\"etag\"")
        let contents = ObjectReading.Contents(counts: EventCounts(), usageByDay: [:])
        let object = ObjectReading(location: "a", version: version, result: .read(contents))

        try ledger.run(.ingest, [object], now: now)

        #expect(try ledger.knows("a", version: version))
    }

    @Test func `many objects are asked for at once, in their order`() throws {
        try ledger.run(.ingest, [.read("a"), .read("c")], now: now)

        let known = try ledger.areKnown(["a", "b", "c"].map { ($0, .number(1)) })

        #expect(known == [true, false, true])
        #expect(try ledger.areKnown([]).isEmpty)
    }

    @Test func `an object is not known until all its days are in place`() throws {
        let object = ObjectReading.read("a", [day: 3, next: 1])

        try ledger.run(.ingest, [object], days: [.state(1, of: day, ["t": 3])], now: now)
        #expect(try !ledger.knows("a"))
        #expect(try ledger.sources(of: next).map(\.location) == ["a"])

        let days: [DayContents] = [
            .state(1, of: day, ["t": 3], after: 1), .state(2, of: next, ["t": 1]),
        ]
        try ledger.run(.ingest, [object], days: days, now: now)
        #expect(try ledger.knows("a"))
    }

    @Test func `a failed object is named with its reason and read again`() throws {
        try ledger.run(.ingest, [.failed("a", version: 1), .failed("b", version: nil)], now: now)

        #expect(try !ledger.knows("a"))
        let stored = try ledger.objects()
        #expect(stored.map(\.failure) == Array(repeating: "the gzip data is cut short", count: 2))
        #expect(stored.map(\.version) == [.number(1), nil])
    }

    @Test func `a source that fails later is still named as a source of its days`() throws {
        let days: [DayContents] = [.state(1, of: day, ["t": 3])]
        try ledger.run(.ingest, [.read("a", [day: 3])], days: days, now: now)

        try ledger.run(.ingest, [.failed("a", version: nil)], now: now)

        let source = try #require(try ledger.sources(of: day).first)
        #expect(source.usageByDay == [day: 3] && source.failure != nil && !source.isComplete)
        #expect(try !ledger.knows("a"))
        #expect(try ledger.day(day)?.mayHoldUnknownRows == false)
    }

    @Test func `a changed object leaves rows in its days that no source may have`() throws {
        let days: [DayContents] = [.state(1, of: day, ["t": 3]), .state(2, of: next, ["t": 1])]
        try ledger.run(
            .ingest, [.read("a", [day: 3]), .read("b", [next: 1])], days: days, now: now)

        let changed = ObjectReading.read("a", version: 2, [next: 2])
        try ledger.run(
            .ingest, [changed], days: [.state(3, of: next, ["t": 3], after: 2)], now: now
        )

        #expect(try !ledger.knows("a") && ledger.knows("a", version: 2))
        #expect(try ledger.days().map(\.mayHoldUnknownRows) == [true, false])
        #expect(try ledger.sources(of: day).isEmpty)
        #expect(try ledger.sources(of: next).map(\.location) == ["a", "b"])
    }

    @Test func `a rebuild of one day leaves its sources known`() throws {
        let object = ObjectReading.read("a", [day: 3, next: 1])
        let days: [DayContents] = [.state(1, of: day, ["t": 3]), .state(2, of: next, ["t": 1])]
        try ledger.run(.ingest, [object], days: days, now: now)

        try ledger.run(.rebuild, [object], days: [.state(1, of: day, ["t": 3])], now: now)

        #expect(try ledger.knows("a"))
    }

    @Test func `the objects of a day that is not trusted are read again`() throws {
        let objects: [ObjectReading] = [.read("a", [day: 3]), .read("b", [next: 1]), .read("c")]
        let days: [DayContents] = [.state(1, of: day, ["t": 3]), .state(2, of: next, ["t": 1])]
        try ledger.run(.ingest, objects, days: days, now: now)

        try ledger.distrust([day])

        // No day vouches for the one that holds no usage.
        #expect(try ["a", "b", "c"].map { try ledger.knows($0) } == [false, true, false])
        try ledger.run(.ingest, [objects[0]], days: [days[0]], now: now)
        #expect(try ledger.knows("a"))
    }

    @Test func `an object that was moved is known at its new place`() throws {
        let days: [DayContents] = [.state(1, of: day, ["t": 3])]
        try ledger.run(.ingest, [.read("lake/x.json", [day: 3])], days: days, now: now)

        try ledger.move(from: "lake/x.json", to: "lake/_replaced/x.json")

        #expect(try !ledger.knows("lake/x.json") && ledger.knows("lake/_replaced/x.json"))
        #expect(try ledger.sources(of: day).map(\.location) == ["lake/_replaced/x.json"])
    }

    @Test func `objects come in the order of their bytes`() throws {
        let names = ["b", "a/\u{e9}", "a/e\u{301}", "a", "B", "\u{1f600}", "\u{ffff}"]
        try ledger.run(.ingest, names.map { .read($0) }, now: now)

        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(
            try ledger.objects().map { Array($0.location.utf8) } == sorted.map { Array($0.utf8) })
    }
}
