import AWSServices
import Foundation
import TestSupport
import Testing

/// What S3 must do for us, on every server alike.
@Suite struct S3BehaviorTests {
    /// Keys that a mistake in encoding would change.
    static let keys = [
        "plain.json.gz", "folder/with/parts.gz", "a space", " leads and trails ", "a+b", "a%b",
        "%2F", "a%20b", "a?b", "a#b", "a&b=c", "tab\there", "tilde~", "quote'\"`", "<xml>&amp;",
        "a:b@c!$(d)*,;e", "back^{caret}|[x]", "사용량/2025",
        "사용량".decomposedStringWithCanonicalMapping,
        "emoji 🧾", "é", "e\u{301}", "year=2025/month=12/day=07/x.gz", "ends with dot.",
        String(repeating: "k", count: 200) + "/" + String(repeating: "l", count: 200),
    ]

    @Test(arguments: S3Server.allCases)
    func `every key comes back as it was`(server: S3Server) async throws {
        let (client, bucket) = try server.makeBucket()

        for key in Self.keys {
            _ = try await client.putObject(.bytes(Array(key.utf8)), at: key, in: bucket)
        }

        let listed = try await client.listObjects(in: bucket, maxKeys: 7)
        let expected = Self.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(listed.map { Array($0.key.utf8) } == expected.map { Array($0.utf8) })
        for object in listed {
            let contents = try await client.contents(of: object.key, in: bucket)
            #expect(contents == Array(object.key.utf8), "\(object.key)")
            let head = try #require(try await client.headObject(object.key, in: bucket))
            #expect(head.etag == object.etag)
            #expect(head.size == object.size)
            let age = try #require(object.modified).timeIntervalSinceNow
            #expect(abs(age) < 600)
        }
    }

    @Test(arguments: S3Server.allCases)
    func `a key of 1,024 bytes is a key`(server: S3Server) async throws {
        let (client, bucket) = try server.makeBucket()
        let key =
            (0..<8).map { _ in String(repeating: "한", count: 42) + "a" }
            .joined(separator: "/") + "1"
        try #require(key.utf8.count == 1024)

        _ = try await client.putObject(.bytes([1, 2, 3]), at: key, in: bucket)

        #expect(try await client.contents(of: key, in: bucket) == [1, 2, 3])
        #expect(try await client.listObjects(in: bucket).map(\.key) == [key])
    }

    @Test(arguments: S3Server.allCases)
    func `a listing keeps to its prefix and goes on after a key`(server: S3Server) async throws {
        let (client, bucket) = try server.makeBucket()
        for key in ["a/1", "a/2", "a/3", "ab", "b/1"] {
            _ = try await client.putObject(.bytes([]), at: key, in: bucket)
        }

        let listed = try await client.listObjects(in: bucket, prefix: "a/", maxKeys: 1)
        let after = try await client.listObjects(in: bucket, prefix: "a/", startAfter: "a/1")
        let none = try await client.listObjects(in: bucket, prefix: "none/")

        #expect(listed.map(\.key) == ["a/1", "a/2", "a/3"])
        #expect(after.map(\.key) == ["a/2", "a/3"])
        #expect(none.isEmpty)
    }

    @Test(arguments: S3Server.allCases, [0, 1, 7, 8, 9, 300_000])
    func `bytes and files come back as they were`(server: S3Server, size: Int) async throws {
        let (client, bucket) = try server.makeBucket()
        let bytes = randomBytes(size)
        let folder = try TemporaryFolder()

        let first = try await client.putObject(
            .bytes(bytes), at: "bytes", in: bucket, metadata: ["sum": "12-ab"])
        let second = try await client.putObject(
            try upload(bytes, in: folder), at: "file", in: bucket)

        #expect(first.etag == second.etag)
        for key in ["bytes", "file"] {
            let download = try await client.getObject(key, in: bucket)
            #expect(download.attributes.size == size)
            #expect(download.attributes.etag == first.etag)
            #expect(try await download.contents() == bytes)
        }
        let head = try #require(try await client.headObject("bytes", in: bucket))
        #expect(head.metadata["sum"] == "12-ab")
        #expect(head.size == size)
    }

    @Test(arguments: S3Server.allCases)
    func `a range is what it says`(server: S3Server) async throws {
        let (client, bucket) = try server.makeBucket()
        let bytes = randomBytes(1000)
        _ = try await client.putObject(.bytes(bytes), at: "k", in: bucket)

        for range in [0..<1, 10..<500, 999..<1000, 900..<5000] as [Range<Int64>] {
            let download = try await client.getObject("k", in: bucket, range: range)
            #expect(download.attributes.size == 1000)
            let part = bytes[Int(range.lowerBound)..<min(1000, Int(range.upperBound))]
            #expect(try await download.contents() == Array(part))
        }
        await #expect { try await client.getObject("k", in: bucket, range: 1000..<1001) } throws: {
            ($0 as? AWSError)?.status == 416
        }
    }

    @Test(arguments: S3Server.allCases)
    func `what is not there is not found`(server: S3Server) async throws {
        let (client, bucket) = try server.makeBucket()

        #expect(try await client.headObject("none", in: bucket) == nil)
        await #expect { try await client.getObject("none", in: bucket) } throws: {
            ($0 as? AWSError)?.code == "NoSuchKey" && ($0 as? AWSError)?.isNotFound == true
        }
        await #expect { try await client.listObjects(in: "no-such-bucket-here") } throws: {
            ($0 as? AWSError)?.code == "NoSuchBucket"
        }
        try await client.deleteObject("none", in: bucket)
    }

    @Test(arguments: S3Server.allCases)
    func `conditions hold or nothing happens`(server: S3Server) async throws {
        let (client, bucket) = try server.makeBucket()

        func fails(_ condition: S3Condition, _ key: String = "k") async -> AWSError? {
            do {
                _ = try await client.putObject(
                    .bytes([9]), at: key, in: bucket, condition: condition)
                return nil
            } catch {
                return error as? AWSError
            }
        }
        let first = try await client.putObject(
            .bytes([1]), at: "k", in: bucket, condition: .ifAbsent)
        #expect(await fails(.ifAbsent)?.isPreconditionFailed == true)
        let second = try await client.putObject(
            .bytes([2]), at: "k", in: bucket, condition: .ifMatches(etag: first.etag))
        #expect(await fails(.ifMatches(etag: first.etag))?.isPreconditionFailed == true)
        #expect(await fails(.ifMatches(etag: first.etag), "none") != nil)

        #expect(try await client.headObject("none", in: bucket) == nil)
        #expect(try await client.contents(of: "k", in: bucket) == [2])
        await #expect {
            try await client.getObject("k", in: bucket, ifMatch: first.etag)
        } throws: { ($0 as? AWSError)?.isPreconditionFailed == true }
        let same = try await client.getObject("k", in: bucket, ifMatch: second.etag)
        #expect(try await same.contents() == [2])
    }

    @Test(arguments: S3Server.allCases)
    func `a copy has the same bytes`(server: S3Server) async throws {
        let (client, bucket) = try server.makeBucket()
        let key = "한 국+%?.gz"
        let stored = try await client.putObject(.bytes([1, 2]), at: key, in: bucket)

        try await client.copyObject(
            key, in: bucket, to: "copies/\(key)", in: bucket, ifSourceMatches: stored.etag)
        #expect(try await client.contents(of: "copies/\(key)", in: bucket) == [1, 2])

        // moto copies whatever there is.
        guard server != .moto else { return }
        await #expect {
            try await client.copyObject(
                key, in: bucket, to: "copies/2", in: bucket,
                ifSourceMatches: "\"0123456789abcdef0123456789abcdef\"")
        } throws: { ($0 as? AWSError)?.isPreconditionFailed == true }
        #expect(try await client.headObject("copies/2", in: bucket) == nil)
    }

    @Test(arguments: S3Server.allCases)
    func `what is deleted is gone`(server: S3Server) async throws {
        let (client, bucket) = try server.makeBucket()
        _ = try await client.putObject(.bytes([1]), at: "a b", in: bucket)

        try await client.deleteObject("a b", in: bucket)

        #expect(try await client.headObject("a b", in: bucket) == nil)
    }
}
