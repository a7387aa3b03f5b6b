import AWSServices
import Foundation
import TestSupport
import Testing

/// What the client makes of replies that no server of the tests gives.
@Suite struct S3RepliesTests {
    private let time = ScriptedTime()
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func client(
        _ steps: ScriptedTransport.Step...
    ) -> (client: S3Client, transport: ScriptedTransport) {
        let transport = ScriptedTransport(steps)
        return (S3Client(.scripted(transport, time)), transport)
    }

    private func code(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? AWSError)?.code ?? "\(error)"
        }
    }

    private static func page(token: String, key: String = "k") -> ScriptedTransport.Step {
        .answer(
            200, [:],
            """
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
            <NextContinuationToken>\(token)</NextContinuationToken><Contents><Key>\(key)</Key>
            <ETag>&quot;1&quot;</ETag><Size>5</Size></Contents></ListBucketResult>
            """)
    }

    @Test func `an error about what came tells status, request id and object`() async throws {
        let id = ["x-amz-request-id": "R"]
        let told = id.merging(["etag": "\"1\"", "content-length": "3"]) { $1 }
        let range = told.merging(["content-range": "bytes 1-2/3", "content-length": "2"]) { $1 }
        let sum = told.merging(["x-amz-checksum-crc32": "NSRBwg=="]) { $1 }
        let operations: [(steps: [ScriptedTransport.Step], run: (S3Client) async throws -> Void)] =
            [
                ([.answer(200, id, "x")], { _ = try await $0.listObjects(in: "lake") }),
                ([.answer(200, id)], { _ = try await $0.headObject("k", in: "lake") }),
                ([.answer(200, id)], { _ = try await $0.getObject("k", in: "lake") }),
                ([.answer(200, sum, "abd")], { _ = try await $0.contents(of: "k", in: "lake") }),
                ([.answer(200, told, "abcd")], { _ = try await $0.contents(of: "k", in: "lake") }),
                ([.breaking(200, told, "a")], { _ = try await $0.contents(of: "k", in: "lake") }),
                (
                    [.breaking(200, told, "a"), .answer(206, range.merging(["etag": "2"]) { $1 })],
                    { _ = try await $0.contents(of: "k", in: "lake") }
                ),
                (
                    [.breaking(200, told, "a"), .answer(412, id)],
                    { _ = try await $0.contents(of: "k", in: "lake") }
                ),
                (
                    [.answer(200, id)],
                    { _ = try await $0.copyObject("k", in: "lake", to: "l", in: "lake") }
                ),
                (
                    [.answer(200, id)],
                    { _ = try await $0.putObject(.bytes([1]), at: "k", in: "lake") }
                ),
            ]

        for (index, operation) in operations.enumerated() {
            let client = S3Client(.scripted(ScriptedTransport(operation.steps), time))
            let error = try await #require(throws: AWSError.self) {
                try await operation.run(client)
            }

            #expect(error.status != nil, "\(index): \(error)")
            #expect(error.requestID == "R", "\(index): \(error)")
            #expect(error.resource?.hasPrefix("s3://lake") == true)
            #expect(
                error.mayHaveTakenEffect == ["CopyObject", "PutObject"].contains(error.operation),
                "\(index): \(error)")
        }
    }

    @Test func `a download that has thrown never looks whole`() async throws {
        let (client, _) = client(
            .answer(
                200,
                ["etag": "1", "content-length": "3", "x-amz-checksum-crc32": "NSRBwg=="], "abd"))
        let download = try await client.getObject("k", in: "lake")

        let codes = [
            await code { _ = try await download.contents() },
            await code { _ = try await download.next() },
        ]

        #expect(codes == ["ChecksumMismatch", "ChecksumMismatch"])
    }

    /// Gives an object byte by byte, and the rest of one at once.
    private struct DrippingTransport: HTTPTransport {
        let object: [UInt8]

        func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
            var told = ["etag": "\"1\"", "content-length": "\(object.count)"]
            let range = request.headers["range"]?.split { "=-".contains($0) }.compactMap { Int($0) }
            guard let range else {
                return try await ScriptedTransport([
                    .dripping(200, told, String(decoding: object, as: UTF8.self))
                ]).send(request, timeout: timeout)
            }
            told["content-length"] = "\(range[1] - range[0] + 1)"
            told["content-range"] = "bytes \(range[0])-\(range[1])/\(object.count)"
            return HTTPResponse(
                status: 206, headers: told, body: HTTPBody(Array(object[range[0]...range[1]])))
        }
    }

    @Test func `a download that drips is asked for anew from where it is`() async throws {
        let object = (0..<4000).map { UInt8($0 % 100) }
        var environment = AWSEnvironment.scripted(ScriptedTransport([.cancellation]), time)
        environment.transport = DrippingTransport(object: object)
        var client = S3Client(environment)
        client.patience = .milliseconds(100)

        #expect(try await client.contents(of: "k", in: "lake") == object)
        #expect(time.naps.count == 1)
    }

    @Test func `a listing that goes round in a circle is an error`() async {
        let (client, transport) = client(
            Self.page(token: "1"), Self.page(token: "2"), Self.page(token: "1"))

        #expect(
            await code { _ = try await client.listObjects(in: "lake") } == "UnreadableResponse")
        #expect(transport.requests.count == 3)
    }

    @Test(arguments: [
        "", "<html></html>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents><Key>k</Key></Contents></ListBucketResult>",
        "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
            + "<Contents><Key>%FF</Key>"
            + "<ETag>1</ETag><Size>5</Size></Contents></ListBucketResult>",
    ])
    func `a listing that is none is an error`(body: String) async {
        let (client, _) = client(.answer(200, [:], body))

        #expect(
            await code { _ = try await client.listObjects(in: "lake") } == "UnreadableResponse")
    }

    @Test func `keys of a listing without an encoding are as they stand`() async throws {
        let (client, _) = client(
            .answer(
                200, [:],
                """
                <ListBucketResult><IsTruncated>false</IsTruncated>
                <Contents><Key> a+b%20&lt; </Key>
                <ETag>"1"</ETag><Size>5</Size></Contents></ListBucketResult>
                """))

        #expect(try await client.listObjects(in: "lake").map(\.key) == [" a+b%20< "])
    }

    @Test(arguments: [
        ["etag": "\"1\""], ["content-length": "3"], ["content-length": "-3", "etag": "\"1\""],
    ])
    func `an object without size or ETag is an error`(headers: [String: String]) async {
        let (client, _) = client(.answer(200, headers, "abc"))

        #expect(
            await code { _ = try await client.getObject("k", in: "lake") } == "UnreadableResponse")
    }

    @Test(arguments: [
        (["x-amz-checksum-crc32": "NSRBwg=="], "abc", true),
        (["x-amz-checksum-crc32": "NSRBwg=="], "abd", false),
        (["x-amz-checksum-crc32c": "NksnaQ=="], "abd", false),
        (["x-amz-checksum-crc32": "NSRBwg==", "x-amz-checksum-type": "FULL_OBJECT"], "abd", false),
        (["x-amz-checksum-crc32": "NSRBwg==", "x-amz-checksum-type": "COMPOSITE"], "abd", true),
        (["x-amz-checksum-crc32": "NSRBwg==-2"], "abd", true),
        (["x-amz-checksum-sha1": "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="], "abc", true),
        (["x-amz-checksum-sha1": "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="], "abd", false),
        (["etag": "\"900150983cd24fb0d6963f7d28e17f72\""], "abc", true),
        (["etag": "\"900150983cd24fb0d6963f7d28e17f72\""], "abd", false),
        (["etag": "\"900150983cd24fb0d6963f7d28e17f72-1\""], "abd", true),
        (
            [
                "etag": "\"900150983cd24fb0d6963f7d28e17f72\"",
                "x-amz-server-side-encryption": "aws:kms",
            ], "abd", true
        ),
        (
            [
                "etag": "\"900150983cd24fb0d6963f7d28e17f72\"",
                "x-amz-server-side-encryption": "AES256",
            ], "abd", false
        ),
    ])
    func `what came is compared with what was told of it`(
        headers: [String: String], body: String, passes: Bool
    ) async throws {
        let told = ["etag": "\"1\"", "content-length": "3"].merging(headers) { $1 }
        let (client, _) = client(.answer(200, told, body))

        let download = try await client.getObject("k", in: "lake")

        let code = await code { _ = try await download.contents() }
        #expect(code == (passes ? nil : "ChecksumMismatch"))
    }

    @Test(arguments: [
        (200, [:]), (206, [:]), (206, ["content-range": "bytes 1-3/10"]),
        (206, ["content-range": "bytes 0-3/10"]), (206, ["content-range": "bytes 0-2/2"]),
        (206, ["content-range": "bytes */10"]),
    ])
    func `a range that is not the one asked for is an error`(
        status: Int, headers: [String: String]
    ) async {
        let told = ["etag": "\"1\"", "content-length": "3"].merging(headers) { $1 }
        let (client, _) = client(.answer(status, told, "abc"))

        #expect(
            await code { _ = try await client.getObject("k", in: "lake", range: 0..<3) }
                == "UnreadableResponse")
    }

    @Test func `an error that comes with status 200 is an error`() async {
        let (client, transport) = client(
            .answer(
                200, [:], "\n\n<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>"),
            .answer(200, [:], "<Error><Code>AccessDenied</Code></Error>"))

        let code = await code {
            try await client.copyObject("k", in: "lake", to: "l", in: "lake")
        }

        #expect(code == "AccessDenied")
        #expect(transport.requests.count == 2)
    }

    @Test(arguments: [
        ("lake", "a b/c", "https://lake.s3.us-east-1.amazonaws.com/a%20b/c"),
        ("my.lake", "k", "https://s3.us-east-1.amazonaws.com/my.lake/k"),
        ("Lake_1", "k", "https://s3.us-east-1.amazonaws.com/Lake_1/k"),
        ("lake", "/k//", "https://lake.s3.us-east-1.amazonaws.com//k//"),
        ("lake", "../k/.", "https://lake.s3.us-east-1.amazonaws.com/../k/."),
    ])
    func `on AWS the bucket is in the host's name where that works`(
        bucket: String, key: String, url: String
    ) async throws {
        let (client, transport) = client(.answer(404))

        _ = try await client.headObject(key, in: bucket)

        #expect(transport.requests.map(\.url) == [url])
    }

    @Test(arguments: ["http://127.0.0.1:9000", "https://minio.example.org"])
    func `elsewhere the bucket is in the path`(endpoint: String) async throws {
        let transport = ScriptedTransport([.answer(404)])
        var environment = AWSEnvironment.scripted(transport, time)
        environment.endpoints = ["s3": try #require(Endpoint(url: endpoint))]

        _ = try await S3Client(environment).headObject("k", in: "lake")

        #expect(transport.requests.map(\.url) == ["\(endpoint)/lake/k"])
    }

    // MARK: Uploads in parts

    private static let created = ScriptedTransport.Step.answer(
        200, [:],
        "<InitiateMultipartUploadResult><UploadId>U-1</UploadId></InitiateMultipartUploadResult>")
    private static let part = ScriptedTransport.Step.answer(200, ["etag": "\"p\""])
    private static let noUpload = ScriptedTransport.Step.answer(
        404, [:], "<Error><Code>NoSuchUpload</Code></Error>")
    private static let refused = ScriptedTransport.Step.answer(
        403, [:], "<Error><Code>AccessDenied</Code></Error>")

    private static func parts(_ parts: String) -> ScriptedTransport.Step {
        .answer(200, [:], "<ListPartsResult><UploadId>U-1</UploadId>\(parts)</ListPartsResult>")
    }

    /// Stores `abc` in one part; the result, the error, and what was asked.
    private func storeInParts(
        _ steps: ScriptedTransport.Step..., metadata: [String: String] = ["run": "7"]
    ) async throws -> (etag: String?, error: AWSError?, asked: [String]) {
        let transport = ScriptedTransport(steps)
        var client = S3Client(.scripted(transport, time))
        client.multipartThreshold = 1
        var result: (etag: String?, error: AWSError?) = (nil, nil)
        do {
            result.etag = try await client.putObject(
                try upload(Array("abc".utf8), in: folder), at: "k", in: "lake",
                condition: .ifAbsent, metadata: metadata
            ).etag
        } catch let error as AWSError {
            result.error = error
        }
        let asked = transport.requests.map { request in
            request.method + " " + request.query.map(\.name).sorted().joined(separator: ",")
        }
        return (result.etag, result.error, asked)
    }

    private static let sent = ["POST uploads", "PUT partNumber,uploadId", "POST uploadId"]
    private static let aborted = ["DELETE uploadId", "GET uploadId"]

    @Test(arguments: [
        (["x-amz-meta-run": "7"], true),
        (["x-amz-meta-run": "7", "x-amz-checksum-crc32": "NSRBwg=="], true),
        (["x-amz-meta-run": "8"], false), ([:], false),
        (["x-amz-meta-run": "7", "content-length": "4"], false),
        (["x-amz-meta-run": "7", "x-amz-checksum-crc32": "AAAAAA=="], false),
    ])
    func `an upload that is gone after a lost reply is the object, where that is the one sent`(
        told: [String: String], isStored: Bool
    ) async throws {
        let headers = ["etag": "\"1-1\"", "content-length": "3"].merging(told) { $1 }

        let (etag, error, asked) = try await storeInParts(
            Self.created, Self.part, .failure(.broken(reason: "reset")), Self.noUpload,
            .answer(200, headers), Self.noUpload)

        #expect(etag == (isStored ? "\"1-1\"" : nil))
        #expect(error?.code == (isStored ? nil : "NoSuchUpload"))
        #expect(error?.mayHaveTakenEffect ?? true)
        #expect(error?.isNotFound != true)
        let looked = Self.sent + ["POST uploadId", "HEAD "]
        #expect(asked == (isStored ? looked : looked + ["DELETE uploadId"]))
    }

    @Test func `what nothing marks as the one sent is not taken for it`() async throws {
        let (etag, error, _) = try await storeInParts(
            Self.created, Self.part, .failure(.broken(reason: "reset")), Self.noUpload,
            .answer(200, ["etag": "\"1-1\"", "content-length": "3"]), Self.noUpload,
            metadata: [:])

        #expect(etag == nil)
        #expect(error?.code == "NoSuchUpload")
    }

    @Test func `an upload that another request stands in the way of is not completed again`()
        async throws
    {
        let (_, error, asked) = try await storeInParts(
            Self.created, Self.part,
            .answer(409, [:], "<Error><Code>ConditionalRequestConflict</Code></Error>"),
            .answer(204), Self.noUpload)

        #expect(error?.isPreconditionFailed == true)
        #expect(asked == Self.sent + Self.aborted)
    }

    @Test func `an upload is aborted again where a part has come after that`() async throws {
        let (_, error, asked) = try await storeInParts(
            Self.created, Self.refused, .answer(204),
            Self.parts("<Part><PartNumber>1</PartNumber></Part>"), .answer(204), Self.parts(""))

        #expect(error?.operation == "UploadPart")
        #expect(error?.reason == nil)
        #expect(asked == Self.sent.dropLast() + Self.aborted + Self.aborted)
        #expect(time.naps.count == 1)
    }

    @Test(
        arguments: [
            [Self.refused], [.answer(204), Self.refused],
            [.answer(204), Self.parts("<Part/>"), .answer(204), Self.parts("<Part/>")]
                + [.answer(204), Self.parts("<Part/>"), .answer(204), Self.parts("<Part/>")],
        ] as [[ScriptedTransport.Step]])
    func `parts that may stay are told with the upload's id`(
        steps: [ScriptedTransport.Step]
    ) async throws {
        let transport = ScriptedTransport([Self.created, Self.refused] + steps)
        var client = S3Client(.scripted(transport, time))
        client.multipartThreshold = 1
        let file = try upload(Array("abc".utf8), in: folder)

        let error = try await #require(throws: AWSError.self) {
            _ = try await client.putObject(file, at: "k", in: "lake")
        }

        #expect(error.operation == "UploadPart")
        #expect(error.reason == "parts may be left behind in upload U-1")
        #expect(transport.requests.count == 2 + steps.count)
    }

    @Test func `parts that may stay after a cancellation are told too`() async throws {
        let transport = ScriptedTransport([Self.created, .cancellation, Self.refused])
        var client = S3Client(.scripted(transport, time))
        client.multipartThreshold = 1
        let file = try upload(Array("abc".utf8), in: folder)

        let error = try await #require(throws: AWSError.self) {
            _ = try await client.putObject(file, at: "k", in: "lake")
        }

        #expect(error.operation == "AbortMultipartUpload")
        #expect(error.reason == "parts may be left behind in upload U-1")
    }

    @Test func `an upload that may have begun is told`() async throws {
        let (_, error, _) = try await storeInParts(.failure(.broken(reason: "reset")))

        #expect(error?.operation == "CreateMultipartUpload")
        #expect(error?.reason?.hasSuffix("an upload without parts may be left behind") == true)
    }

    @Test(arguments: [
        (Int64(1), Int64(16 << 20)), (160_000_000_000, 16 << 20), (167_772_160_000, 16 << 20),
        (167_772_160_001, 16_777_217), (5_000_000_000_000, 500_000_000),
    ])
    func `no object has more than 10,000 parts`(size: Int64, partSize: Int64) {
        #expect(S3FileScan.partSize(forBytes: size, atLeast: 16 << 20) == partSize)
    }
}
