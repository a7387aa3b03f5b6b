import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// What every store does alike.
@Suite struct ObjectStoreTests {
    /// Keys that somebody has got wrong before: in URLs, in signatures, in the order of lists.
    private static let oddNames = [
        "a b", "a+b", "a%20b", "a%b", "a?b=c", "a&b", "a#b", "tab\there", "quote\"'", "semi;colon",
        "x/y z/+%?", "\u{d55c}\u{ae00}", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
        "한 글+%/\u{1112}\u{1161}\u{11ab}", "~tilde", "(paren)", "back=slash", "year=2025/day=07",
    ]

    @Test(arguments: TestStore.Kind.allCases)
    func `names are taken byte by byte, and listed in the order of their bytes`(
        kind: TestStore.Kind
    ) async throws {
        let store = try await TestStore(kind)
        for name in Self.oddNames { try await store.write("object \(name)", to: "odd/\(name)") }

        let root = try ObjectLocation(store.location("odd"))
        let listed = try await store.stores().objects(at: root)

        let names = listed.map { Array((root.name(of: $0.location) ?? "").utf8) }
        #expect(
            names
                == Self.oddNames.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
        for object in listed {
            let name = try #require(root.name(of: object.location))
            let bytes = try await store.stores().read(object)
            #expect(bytes.elementsEqual("object \(name)".utf8))
            let body = try await store.stores().open(object)
            let version = try await store.stores().version(of: object)
            #expect(body.version == version && version?.size == Int64(bytes.count))
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `a prefix ends where a name does`(kind: TestStore.Kind) async throws {
        let store = try await TestStore(kind)
        for name in ["logs/a", "logs/b/c", "logs-old/a", "logs.gz", "single"] {
            try await store.write(name, to: name)
        }

        let names = try await ["logs", "logs/", "single"].asyncMap { prefix in
            try await store.objects(prefix).keys.sorted()
        }

        #expect(names == [["a", "b/c"], ["a", "b/c"], [""]])
        for missing in ["log", "logs-", "logs/a/", "none"] {
            await #expect(throws: PipelineError.self) { try await store.objects(missing) }
        }
    }

    @Test(arguments: TestStore.Kind.servers)
    func `what stands for an empty folder is no object`(kind: TestStore.Kind) async throws {
        let store = try await TestStore(kind)
        try await store.write("", to: "logs/")
        try await store.write("x", to: "logs/a")
        try await store.write("", to: "empty/")

        #expect(try await store.objects("logs").keys.sorted() == ["a"])
        #expect(try await store.objects("empty").isEmpty)
    }

    @Test(arguments: TestStore.Kind.servers)
    func `a file is put in place only where the condition holds`(
        kind: TestStore.Kind
    ) async throws {
        let store = try await TestStore(kind)
        let stores = store.stores()
        let lake = Lake(at: try ObjectLocation(store.location("lake")), stores: stores)
        try lake.makeStateFolder()
        let place = try ObjectLocation(store.location("lake/file +%"))
        func put(_ text: String, _ condition: PlacementCondition) async throws -> ObjectVersion? {
            let staged = try StagedFile(in: lake)
            try staged.write(Array(text.utf8))
            return try await stores[place].place(staged, at: place, where: condition)
        }
        func text() async throws -> String {
            let bytes = try await stores.read(StoredObject(location: place))
            return String(decoding: bytes, as: UTF8.self)
        }

        let first = try #require(try await put("one", .nothing))
        #expect(try await put("two", .nothing) == nil)
        #expect(try await text() == "one")
        let second = try #require(try await put("two", .version(first)))
        #expect(try await put("three", .version(first)) == nil)
        #expect(try await text() == "two")
        #expect(try await stores.version(of: StoredObject(location: place)) == second)

        // Somebody else has put the same bytes there.
        #expect(try await put("two", .version(first)) == nil)
        #expect(try await put("two", .nothing) == nil)
        #expect(try await !stores[place].remove(place, version: first))
        #expect(try await stores[place].remove(place, version: second))
        #expect(try await put("four", .version(second)) == nil)
        #expect(try await put("four", .anything) != nil)
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `an object that is moved takes a free name`(kind: TestStore.Kind) async throws {
        let store = try await TestStore(kind)
        // What is moved lies in a lake.
        let stores = Lake(at: try ObjectLocation(store.root), stores: store.stores()).stores
        let target = try ObjectLocation(store.location("moved/a"))
        for number in 1...3 {
            try await store.write("object \(number)", to: "there/a")
            let object = StoredObject(location: try ObjectLocation(store.location("there/a")))
            _ = try await stores[target].move(object, to: target)
        }

        let objects = try await store.objects("moved")
        #expect(
            objects.mapValues { String(decoding: $0, as: UTF8.self) } == [
                "a": "object 1", "a.1": "object 2", "a.2": "object 3",
            ])
        await #expect(throws: PipelineError.self) { try await store.objects("there/a") }
    }

    @Test(arguments: TestStore.Kind.servers)
    func `a move that was interrupted is completed`(kind: TestStore.Kind) async throws {
        let store = try await TestStore(kind)
        // What is moved lies in a lake.
        let stores = Lake(at: try ObjectLocation(store.root), stores: store.stores()).stores
        let target = try ObjectLocation(store.location("moved/a"))
        let object = StoredObject(location: try ObjectLocation(store.location("there/a")))
        for name in ["there/a", "moved/a"] { try await store.write("object", to: name) }

        let once = try await stores[target].move(object, to: target)
        let again = try await stores[target].move(object, to: target)

        #expect(once.location == target && again.location == target)
        #expect(try await store.objects("").keys.sorted() == ["moved/a"])
    }

    @Test(arguments: TestStore.Kind.servers)
    func `conditions are found to hold`(kind: TestStore.Kind) async throws {
        let store = try await TestStore(kind)
        let place = try ObjectLocation(store.location("lake/_check"))

        for _ in 0..<2 {
            #expect(try await store.stores().remote.honoursConditions(at: place))
        }
    }

    @Test(arguments: [
        "s3:/bucket/a", "s3://", "s3:///a", "s3://a", "s3://bucket name/a", "S3://bucket/a",
        "s3://-bucket/a", "s3://user@bucket/a", "s3://bucket?x/a",
    ])
    func `what names no bucket is wrong usage`(text: String) {
        let error = #expect(throws: PipelineError.self) { try ObjectLocation(text) }

        #expect(error?.exitCode == 64)
    }

    @Test func `a bucket that is missing is named`() async throws {
        let store = try await TestStore(.moto)
        let location = try ObjectLocation("s3://no-such-bucket-here/a")

        let error = await #expect(throws: PipelineError.self) {
            try await store.stores().objects(at: location)
        }

        #expect(error?.exitCode == 66)
        #expect(error.map { "\($0)" } == "s3://no-such-bucket-here: there is no such bucket")
    }
}

extension Array {
    /// The results of `body`, one after another.
    func asyncMap<Result>(_ body: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
