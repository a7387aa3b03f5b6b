import AWSServices
import Foundation
import TestSupport
import Testing

/// What the way to S3 and back does to requests, through a proxy that does it.
@Suite(.serialized) struct FaultTests {
    /// A server behind a proxy, with an object in a bucket.
    private struct World {
        static let proxy = Result { try FaultProxy(to: try MotoServer.shared.port) }
        /// Connections that soon lose patience.
        static let impatient = SharedTransport(silence: .seconds(2))

        let proxy: FaultProxy
        let client: S3Client
        let bucket: String
        let bytes: [UInt8]

        init(size: Int = 3_000_000, kind: String = "") async throws {
            proxy = try Self.proxy.get()
            let transport = kind == "stalled" ? Self.impatient : SharedTransport()
            client = S3Client(try .local(proxy.url, transport: transport))
            bucket = try MotoServer.shared.makeBucket()
            bytes = randomBytes(size)
            _ = try await client.putObject(.bytes(bytes), at: "k", in: bucket)
        }

        /// Has the next requests to the bucket meet a fault.
        func inject(
            _ kind: String, _ method: String, key: String = "k", query: String = "", skip: Int = 0,
            times: Int = 1
        ) async throws {
            let rules = """
                [{"kind": "\(kind)", "method": "\(method)", "path": "^/\(bucket)(/\(key))?$",
                  "query": "\(query)", "skip": \(skip), "times": \(times)}]
                """
            let response = try await SharedTransport().send(
                HTTPRequest(
                    "POST", try endpoint(), path: "/-/rules", payload: .bytes(Array(rules.utf8))),
                timeout: .seconds(10))
            _ = try await response.bytes(upTo: 0)
        }

        struct Entry: Decodable, Equatable {
            var kind: String?
            var method: String
            var path: String
            var range: String?
        }

        /// What came to the bucket after the first request.
        func log() async throws -> [Entry] {
            let response = try await SharedTransport().send(
                HTTPRequest("GET", try endpoint(), path: "/-/log"), timeout: .seconds(10))
            let lines = try await response.bytes(upTo: 1 << 24).split(separator: UInt8(ascii: "\n"))
            return try lines.map { try JSONDecoder().decode(Entry.self, from: Data($0)) }
                .filter { $0.path.hasPrefix("/\(bucket)") }.dropFirst().map { $0 }
        }

        private func endpoint() throws -> Endpoint {
            try #require(Endpoint(url: proxy.url))
        }
    }

    @Test(arguments: [
        "error-500", "slow-down", "throttled", "reset-before", "reset-in-response", "truncated",
        "truncated-chunks", "stalled", "slow",
    ])
    func `a download that is disturbed comes all the same`(kind: String) async throws {
        let world = try await World(kind: kind)
        try await world.inject(kind, "GET")

        let contents = try await world.client.contents(of: "k", in: world.bucket)

        #expect(contents == world.bytes)
        let log = try await world.log()
        #expect(log.first?.kind == kind)
        #expect(log.count == (kind == "slow" ? 1 : 2))
    }

    @Test(arguments: ["reset-in-response", "truncated"])
    func `a download goes on where it broke, and breaks again`(kind: String) async throws {
        let world = try await World(kind: kind)
        try await world.inject(kind, "GET", times: 3)

        let contents = try await world.client.contents(of: "k", in: world.bucket)

        #expect(contents == world.bytes)
        let log = try await world.log()
        #expect(log.map(\.kind) == [kind, kind, kind, nil])
        #expect(log.first?.range == nil)
        #expect(log.dropFirst().allSatisfy { $0.range?.hasSuffix("-2999999") == true })
    }

    @Test func `a download that keeps breaking ends with an error`() async throws {
        let world = try await World(size: 1000)
        try await world.inject("truncated", "GET", times: 100)

        let error = await #expect(throws: AWSError.self) {
            _ = try await world.client.contents(of: "k", in: world.bucket)
        }

        #expect(error?.code == "IncompleteResponse")
        #expect(error?.status == 200 || error?.status == 206)
        #expect(error?.requestID != nil)
        #expect(error?.isRetryable == true)
        #expect(error?.resource == "s3://\(world.bucket)/k")
        #expect(try await world.log().count <= 5)
    }

    @Test(arguments: ["flipped", "garbled", "shorter-length"], [1, 1000, 3_000_000])
    func `a download that is damaged does not pass`(kind: String, size: Int) async throws {
        let world = try await World(size: size)
        try await world.inject(kind, "GET")

        let error = await #expect(throws: AWSError.self) {
            _ = try await world.client.contents(of: "k", in: world.bucket)
        }

        #expect(error?.code == "ChecksumMismatch")
        #expect(error?.isRetryable == true)
        #expect(try await world.client.contents(of: "k", in: world.bucket) == world.bytes)
    }

    @Test func `a length that is too long does not pass`() async throws {
        let world = try await World()
        try await world.inject("longer-length", "GET")

        let error = await #expect(throws: AWSError.self) {
            _ = try await world.client.contents(of: "k", in: world.bucket)
        }

        #expect(error?.code == "UnreadableResponse")
        #expect(error?.isRetryable == true)
    }

    @Test func `an object that is replaced while it is read does not pass`() async throws {
        let world = try await World()
        try await world.inject("truncated", "GET")
        let download = try await world.client.getObject("k", in: world.bucket)

        _ = try await world.client.putObject(
            .bytes(randomBytes(3_000_000, seed: 2)), at: "k", in: world.bucket)

        let error = await #expect(throws: AWSError.self) { _ = try await download.contents() }
        #expect(error?.code == "ObjectChanged")
        #expect(error?.isPreconditionFailed == true)
    }

    @Test(arguments: [
        "error-500", "slow-down", "throttled", "reset-before", "lost-request", "lost-reply",
    ])
    func `an upload that is disturbed is stored all the same`(kind: String) async throws {
        let world = try await World(size: 1)
        let folder = try TemporaryFolder()
        let bytes = randomBytes(2_000_000, seed: 3)
        try await world.inject(kind, "PUT", key: "file")

        _ = try await world.client.putObject(
            try upload(bytes, in: folder), at: "file", in: world.bucket)

        #expect(try await world.client.contents(of: "file", in: world.bucket) == bytes)
        #expect(try await world.log().prefix(2).map(\.kind) == [kind, nil])
    }

    @Test func `a copy that fails after its headers were sent is made all the same`() async throws {
        let world = try await World(size: 1)
        try await world.inject("error-in-200", "PUT", key: "copy")

        try await world.client.copyObject("k", in: world.bucket, to: "copy", in: world.bucket)

        #expect(try await world.client.contents(of: "copy", in: world.bucket) == world.bytes)
        #expect(try await world.log().prefix(2).map(\.kind) == ["error-in-200", nil])
    }

    @Test func `a conditional upload whose reply is lost tells that it may be there`() async throws
    {
        let world = try await World(size: 1)
        try await world.inject("lost-reply", "PUT", key: "new")

        let error = await #expect(throws: AWSError.self) {
            _ = try await world.client.putObject(
                .bytes([1, 2, 3]), at: "new", in: world.bucket, condition: .ifAbsent,
                metadata: ["run": "7"])
        }

        #expect(error?.isPreconditionFailed == true)
        #expect(error?.mayHaveTakenEffect == true)
        #expect(error?.attempts == 2)
        let head = try await world.client.headObject("new", in: world.bucket)
        #expect(head?.metadata["run"] == "7")
    }

    @Test func `a condition that fails at once is told without doubt`() async throws {
        let world = try await World(size: 1)

        let error = await #expect(throws: AWSError.self) {
            _ = try await world.client.putObject(
                .bytes([1]), at: "k", in: world.bucket, condition: .ifAbsent)
        }

        #expect(error?.isPreconditionFailed == true)
        #expect(error?.mayHaveTakenEffect == false)
    }

    @Test(arguments: [
        ("POST", "uploads", "error-500"), ("PUT", "partNumber=2", "error-500"),
        ("PUT", "partNumber=1", "lost-request"), ("PUT", "partNumber=3", "lost-reply"),
        ("POST", "uploadId", "error-in-200"), ("POST", "uploadId", "slow-down"),
    ])
    func `an upload in parts bears a fault in each of its steps`(
        method: String, query: String, kind: String
    ) async throws {
        let world = try await World(size: 1)
        let folder = try TemporaryFolder()
        let bytes = randomBytes((10 << 20) + 1, seed: 4)
        try await world.inject(kind, method, key: "large", query: query)
        var client = world.client
        client.multipartThreshold = 5 << 20
        client.partSize = 5 << 20

        _ = try await client.putObject(
            try upload(bytes, in: folder), at: "large", in: world.bucket)

        let contents = try await client.contents(of: "large", in: world.bucket)
        #expect(contents == bytes)
        #expect(try await world.log().contains { $0.kind == kind })
    }

    @Test func `an upload in parts whose last reply is lost is there all the same`() async throws {
        let world = try await World(size: 1)
        let folder = try TemporaryFolder()
        let bytes = randomBytes((5 << 20) + 1, seed: 5)
        try await world.inject("lost-reply", "POST", key: "large", query: "uploadId")
        var client = world.client
        client.multipartThreshold = 5 << 20
        client.partSize = 5 << 20

        _ = try await client.putObject(
            try upload(bytes, in: folder), at: "large", in: world.bucket, metadata: ["run": "7"])

        let contents = try await client.contents(of: "large", in: world.bucket)
        #expect(contents == bytes)
        #expect(try await world.log().contains { $0.kind == "lost-reply" })
    }

    @Test func `an upload in parts that fails leaves none behind`() async throws {
        let world = try await World(size: 1)
        let folder = try TemporaryFolder()
        try await world.inject("error-500", "PUT", key: "large", query: "partNumber=2", times: 9)
        var client = world.client
        client.multipartThreshold = 5 << 20
        client.partSize = 5 << 20

        let error = await #expect(throws: AWSError.self) {
            _ = try await client.putObject(
                try upload(randomBytes(11 << 20), in: folder), at: "large", in: world.bucket)
        }

        #expect(error?.operation == "UploadPart")
        #expect(try await client.uploads(in: world.bucket).isEmpty)
        #expect(try await client.headObject("large", in: world.bucket) == nil)
    }

    @Test(arguments: [
        "error-500", "slow-down", "reset-before", "reset-in-response", "truncated",
        "truncated-chunks", "stalled",
    ])
    func `a listing that is disturbed comes as a whole`(kind: String) async throws {
        let world = try await World(size: 1, kind: kind)
        for key in ["a", "b", "c"] {
            _ = try await world.client.putObject(.bytes([]), at: key, in: world.bucket)
        }
        try await world.inject(kind, "GET", query: "list-type", skip: 1)

        let listed = try await world.client.listObjects(in: world.bucket, maxKeys: 2)

        #expect(listed.map(\.key) == ["a", "b", "c", "k"])
        #expect(try await world.log().contains { $0.kind == kind })
    }

    @Test func `a clock that is an hour off makes no difference`() async throws {
        let moto = try MotoServer.shared
        let proxy = try FaultProxy(to: moto.port, options: ["--clock-offset", "-3600"])
        let client = S3Client(try .local(proxy.url))
        let bucket = try moto.makeBucket()

        _ = try await client.putObject(.bytes([1]), at: "k", in: bucket)

        #expect(try await client.headObject("k", in: bucket)?.size == 1)
        #expect(try await client.contents(of: "k", in: bucket) == [1])
    }

    @Test func `a task that is cancelled stops its download`() async throws {
        let world = try await World()
        try await world.inject("stalled", "GET")

        let task = Task { try await world.client.contents(of: "k", in: world.bucket) }
        while try await world.log().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()

        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await world.log().count == 1)
    }

    @Test(arguments: ["a/../b", "./a", "a/./b/..", "//a//b/", "a%2Fb", "a;b?c#d", "~a+ b"])
    func `a key goes over the wire as it is`(key: String) async throws {
        let world = try await World(size: 1)

        _ = try? await world.client.headObject(key, in: world.bucket)

        #expect(try await world.log().map(\.path) == ["/\(world.bucket)/\(key)"])
    }

    @Test func `a server that is not there is told as such`() async throws {
        let port = try TestServer.freePorts()[0]
        var environment = try AWSEnvironment.local("http://127.0.0.1:\(port)")
        environment.retries.maximumAttempts = 2

        let client = S3Client(environment)
        let error = await #expect(throws: AWSError.self) {
            _ = try await client.headObject("k", in: "lake")
        }

        #expect(error?.code == "ConnectionFailed")
        #expect(error?.reason == "http://127.0.0.1:\(port): Connection refused")
        #expect(error?.attempts == 2)
        #expect(error?.mayHaveTakenEffect == false)
    }
}
