internal import Foundation

/// Stores one object in parts; see "Uploading and copying objects using multipart upload" in the Amazon S3
/// user guide.
struct S3MultipartUpload: Sendable {
    private let s3: S3Client
    private let key: String
    private let bucket: String
    private let path: String
    private let scan: S3FileScan

    /// How many parts are sent at once.
    private static let width = 4

    init(_ s3: S3Client, key: String, bucket: String, path: String, _ scan: S3FileScan) {
        self.s3 = s3
        self.key = key
        self.bucket = bucket
        self.path = path
        self.scan = scan
    }

    private var name: String { s3.name(bucket, key) }

    /// Sends the parts and puts them together; returns the object's ETag.
    func run(_ condition: S3Condition, metadata: [String: String]) async throws -> String {
        // Not cut short by cancellation, which would leave an upload whose id nobody has.
        let id = try await Task.detached { try await create(metadata) }.value
        do {
            try Task.checkCancellation()
            return try await complete(id, try await sendParts(id), condition)
        } catch {
            // The parts would be stored, and paid for, until somebody looks for them; cancellation
            // does not change that.
            let abortion = Task.detached { try await abort(id) }
            do {
                try await abortion.value
            } catch let failure as AWSError where !failure.isNotFound {
                guard var error = error as? AWSError else { throw error }
                error.reason =
                    [error.reason, "the parts that were sent are left behind in upload \(id)"]
                    .compactMap { $0 }.joined(separator: "; ")
                throw error
            } catch {}
            throw error
        }
    }

    private func create(_ metadata: [String: String]) async throws -> String {
        var headers = metadata
        headers["x-amz-checksum-algorithm"] = S3Checksum.Algorithm.crc32.rawValue
        headers["x-amz-checksum-type"] = "FULL_OBJECT"
        let reply = try await s3.client.receive(
            s3.request(
                "POST", bucket, key, query: [.init(name: "uploads", value: "")], headers: headers),
            "CreateMultipartUpload", resource: name, limit: 1 << 20)
        return try s3.decoded(S3Replies.CreateMultipartUpload.self, reply).UploadId
    }

    /// The ETags of the parts, in order.
    private func sendParts(_ id: String) async throws -> [String] {
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            var etags = [String](repeating: "", count: scan.parts.count)
            for index in scan.parts.indices {
                if index >= Self.width, let (sent, etag) = try await group.next() {
                    etags[sent] = etag
                }
                group.addTask { (index, try await send(index, id)) }
            }
            for try await (sent, etag) in group { etags[sent] = etag }
            return etags
        }
    }

    private func send(_ index: Int, _ id: String) async throws -> String {
        let part = scan.parts[index]
        var request = s3.request(
            "PUT", bucket, key,
            query: [
                .init(name: "partNumber", value: String(index + 1)),
                .init(name: "uploadId", value: id),
            ],
            headers: [S3Checksum.Algorithm.crc32.header: part.crc32])
        request.payload = .file(path: path, range: part.range, sha256: part.sha256)
        let timeout = S3Client.timeout(forBytes: Int64(part.range.count))
        let reply = try await s3.client.receive(
            request, "UploadPart", timeout: timeout, callTimeout: timeout * 4, resource: name,
            limit: 1 << 20)
        return try s3.etag(of: reply)
    }

    private func complete(
        _ id: String, _ etags: [String], _ condition: S3Condition
    ) async throws -> String {
        var body =
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        for (index, part) in scan.parts.enumerated() {
            body +=
                "<Part><PartNumber>\(index + 1)</PartNumber>"
                + "<ETag>\(Self.escaped(etags[index]))</ETag>"
                + "<ChecksumCRC32>\(part.crc32)</ChecksumCRC32></Part>"
        }
        body += "</CompleteMultipartUpload>"
        var headers = condition.headers
        headers["content-type"] = "application/xml"
        headers[S3Checksum.Algorithm.crc32.header] = scan.crc32
        headers["x-amz-checksum-type"] = "FULL_OBJECT"
        var request = s3.request(
            "POST", bucket, key, query: [.init(name: "uploadId", value: id)], headers: headers)
        request.payload = .bytes(Array(body.utf8))
        let reply = try await s3.client.receive(
            request, "CompleteMultipartUpload", timeout: .seconds(600),
            callTimeout: .seconds(3600), resource: name, limit: 1 << 20,
            isError: S3Replies.isError)
        return try s3.decoded(S3Replies.CompleteMultipartUpload.self, reply).ETag
    }

    private func abort(_ id: String) async throws {
        _ = try await s3.client.receive(
            s3.request("DELETE", bucket, key, query: [.init(name: "uploadId", value: id)]),
            "AbortMultipartUpload", resource: name, limit: 1 << 20)
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: "\"", with: "&quot;")
    }
}
