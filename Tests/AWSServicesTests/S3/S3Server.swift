import AWSServices
import Foundation
import TestSupport
import Testing

/// A server to run the tests of S3 against.
enum S3Server: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// moto, which checks neither signatures nor checksums.
    case moto
    /// SeaweedFS, which checks both.
    case weed

    var testDescription: String { rawValue }

    /// A client, and a bucket of its own.
    func makeBucket() throws -> (client: S3Client, bucket: String) {
        switch self {
        case .moto:
            let server = try MotoServer.shared
            return (S3Client(try .local(server.url)), try server.makeBucket())
        case .weed:
            let server = try WeedServer.shared
            return (S3Client(try .local(server.url)), try server.makeBucket())
        }
    }
}

extension AWSEnvironment {
    /// An environment of a server of the tests.
    static func local(
        _ url: String, transport: any HTTPTransport = SharedTransport()
    ) throws -> AWSEnvironment {
        guard let endpoint = Endpoint(url: url) else { throw CocoaError(.coderInvalidValue) }
        var environment = AWSEnvironment(
            region: "us-east-1",
            credentials: StaticCredentials(
                AWSCredentials(
                    accessKeyID: WeedServer.accessKey, secretAccessKey: WeedServer.secretKey)),
            endpoints: ["*": endpoint], transport: transport)
        environment.retries.throttlingDelay = .milliseconds(50)
        return environment
    }
}

extension S3Client {
    /// An object as a whole.
    func contents(
        of key: String, in bucket: String, range: Range<Int64>? = nil
    ) async throws -> [UInt8] {
        try await getObject(key, in: bucket, range: range).contents()
    }
}

extension S3Download {
    func contents() async throws -> [UInt8] {
        var contents: [UInt8] = []
        while let chunk = try await next() {
            chunk.withUnsafeBytes { contents.append(contentsOf: $0) }
        }
        return contents
    }
}

/// A file to store, with its hash.
func upload(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> S3Upload {
    let path = try folder.write(bytes, to: UUID().uuidString)
    return .file(
        path: path, size: Int64(bytes.count), sha256: SHA256Hash(of: bytes).hexadecimal)
}

/// `count` bytes that repeat nothing.
func randomBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes { bytes in
        for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
            bytes.storeBytes(of: generator.next(), toByteOffset: offset, as: UInt64.self)
        }
    }
    return bytes
}

extension S3Client {
    /// The ids of the uploads in parts that are neither complete nor aborted.
    func uploads(in bucket: String) async throws -> [String] {
        let reply = try await client.receive(
            request("GET", bucket, query: [.init(name: "uploads", value: "")]),
            "ListMultipartUploads")
        return String(decoding: reply.bytes, as: UTF8.self)
            .matches(of: /<UploadId>([^<]+)<\/UploadId>/).map { String($0.1) }
    }
}
