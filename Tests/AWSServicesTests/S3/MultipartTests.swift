import AWSServices
import Foundation
import TestSupport
import Testing

/// Objects that are stored in parts.
@Suite struct MultipartTests {
    private let folder: TemporaryFolder
    private let bytes = randomBytes((12 << 20) + 5)

    init() throws {
        folder = try TemporaryFolder()
    }

    private func makeBucket(_ server: S3Server) throws -> (client: S3Client, bucket: String) {
        var (client, bucket) = try server.makeBucket()
        client.multipartThreshold = 5 << 20
        client.partSize = 5 << 20
        return (client, bucket)
    }

    @Test(arguments: S3Server.allCases)
    func `parts come back as one`(server: S3Server) async throws {
        let (client, bucket) = try makeBucket(server)

        let stored = try await client.putObject(
            try upload(bytes, in: folder), at: "large 한", in: bucket, condition: .ifAbsent,
            metadata: ["sum": "1"])

        #expect(stored.etag.contains("-3"))
        let download = try await client.getObject("large 한", in: bucket)
        #expect(download.attributes.etag == stored.etag)
        #expect(download.attributes.metadata["sum"] == "1")
        let contents = try await download.contents()
        #expect(contents == bytes)
    }

    @Test(arguments: S3Server.allCases)
    func `a condition that does not hold leaves no parts behind`(server: S3Server) async throws {
        let (client, bucket) = try makeBucket(server)
        _ = try await client.putObject(.bytes([1]), at: "k", in: bucket)

        await #expect {
            try await client.putObject(
                try upload(bytes, in: folder), at: "k", in: bucket, condition: .ifAbsent)
        } throws: { ($0 as? AWSError)?.isPreconditionFailed == true }

        #expect(try await client.contents(of: "k", in: bucket) == [1])
        #expect(try await client.uploads(in: bucket).isEmpty)
    }

    @Test(arguments: S3Server.allCases)
    func `an upload that is cancelled leaves no parts behind`(server: S3Server) async throws {
        let (client, bucket) = try makeBucket(server)
        let file = try upload(bytes, in: folder)

        // It cannot end before it is cancelled.
        let transport = HoldingTransport { $0.query.contains { $0.name == "partNumber" } }
        var environment = client.client.environment
        environment.transport = transport
        var held = S3Client(environment)
        held.multipartThreshold = client.multipartThreshold
        held.partSize = client.partSize
        let task = Task { [held] in try await held.putObject(file, at: "k", in: bucket) }
        while try await client.uploads(in: bucket).isEmpty {
            try await Task.sleep(for: .milliseconds(1))
        }
        task.cancel()

        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await client.uploads(in: bucket).isEmpty)
    }

    @Test func `a file that is not what its hash says is not stored`() async throws {
        let (client, bucket) = try makeBucket(.moto)
        let path = try folder.write(bytes, to: "changed")

        for size in [Int64(bytes.count), 100, Int64(bytes.count + 1)] {
            await #expect {
                try await client.putObject(
                    .file(
                        path: path, size: size,
                        sha256: SHA256Hash(of: bytes.reversed()).hexadecimal),
                    at: "k", in: bucket)
            } throws: { ($0 as? AWSError)?.code == "UnreadableFile" }
        }

        #expect(try await client.headObject("k", in: bucket) == nil)
    }
}

/// Sends requests but those that fit, which it holds until their task is cancelled.
private struct HoldingTransport: HTTPTransport {
    let holds: @Sendable (HTTPRequest) -> Bool

    func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
        if holds(request) { try await Task.sleep(for: .seconds(3600)) }
        return try await SharedTransport().send(request, timeout: timeout)
    }
}
