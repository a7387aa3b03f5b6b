internal import Foundation

/// Stores one object in parts; see "Uploading and copying objects using multipart upload" in the Amazon S3
/// user guide.
struct S3MultipartUpload: Sendable {
    private let s3: S3Client
    private let key: String
    private let bucket: String
    private let path: String
    private let scan: S3FileScan
    /// Headers.
    private let metadata: [String: String]

    /// How many parts are sent at once.
    private static let width = 4
    /// How often an upload is aborted at most, until it has no parts.
    private static let abortions = 4
    /// Bytes of an upload's id.
    private static let maximumIDSize = 1024

    init(
        _ s3: S3Client, key: String, bucket: String, path: String, _ scan: S3FileScan,
        metadata: [String: String]
    ) {
        self.s3 = s3
        self.key = key
        self.bucket = bucket
        self.path = path
        self.scan = scan
        self.metadata = metadata
    }

    private var name: String { s3.name(bucket, key) }

    /// Sends the parts and puts them together; returns the object's ETag.
    func run(_ condition: S3Condition) async throws -> String {
        // Not cut short by cancellation, which would leave an upload whose id nobody has.
        let id = try await Task.detached { try await create() }.value
        do {
            try Task.checkCancellation()
            return try await complete(id, try await sendParts(id), condition)
        } catch {
            // The parts would be stored, and paid for, until somebody looks for them; cancellation
            // does not change that.
            let abortion = Task.detached { try await abort(id) }
            do {
                try await abortion.value
            } catch let failure {
                let told = error is CancellationError ? failure : error
                guard let told = told as? AWSError else { throw told }
                throw told.adding("parts may be left behind in upload \(ServiceText.shown(id))")
            }
            throw error
        }
    }

    private func create() async throws -> String {
        var headers = metadata
        headers["x-amz-checksum-algorithm"] = S3Checksum.Algorithm.crc32.rawValue
        headers["x-amz-checksum-type"] = "FULL_OBJECT"
        do {
            let reply = try await s3.client.receive(
                request("POST", [.init(name: "uploads", value: "")], headers),
                "CreateMultipartUpload", resource: name, limit: S3Client.smallAnswer)
            let id = try s3.decoded(S3Replies.CreateMultipartUpload.self, reply).uploadID
            guard !id.isEmpty, ServiceText.isToken(id, upTo: Self.maximumIDSize) else {
                throw reply.exchange.error("UnreadableResponse", "the response tells no upload")
            }
            return id
        } catch let error as AWSError where error.mayHaveTakenEffect {
            // Which one cannot be told: of one key there may be uploads of others.
            throw error.adding("an upload without parts may be left behind")
        }
    }

    private func request(
        _ method: String, _ query: [HTTPRequest.QueryItem], _ headers: [String: String] = [:]
    ) -> HTTPRequest {
        s3.request(method, bucket, key, query: query, headers: headers)
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
        var request = request(
            "PUT",
            [
                .init(name: "partNumber", value: String(index + 1)),
                .init(name: "uploadId", value: id),
            ],
            [S3Checksum.Algorithm.crc32.header: part.crc32])
        request.payload = .file(path: path, range: part.range, sha256: part.sha256)
        let timeout = S3Client.timeout(forBytes: Int64(part.range.count))
        let reply = try await s3.client.receive(
            request, "UploadPart", timeout: timeout, callTimeout: timeout * 4, resource: name,
            limit: S3Client.smallAnswer)
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
        var request = request("POST", [.init(name: "uploadId", value: id)], headers)
        request.payload = .bytes(Array(body.utf8))
        do {
            let reply = try await s3.client.receive(
                request, "CompleteMultipartUpload", timeout: .seconds(600),
                callTimeout: .seconds(3600), resource: name, limit: S3Client.smallAnswer,
                isError: S3Replies.isError)
            return try s3.checked(
                try s3.decoded(S3Replies.CompleteMultipartUpload.self, reply).etag, reply.exchange)
        } catch let error as AWSError where error.status == 404 && error.mayHaveTakenEffect {
            // The upload is gone since an attempt whose reply was lost has put its parts together.
            guard let etag = try? await storedETag() else { throw error }
            return etag
        }
    }

    /// The ETag of the object where it is the one that was sent: by its size, and by its checksum or its
    /// metadata.
    private func storedETag() async throws -> String? {
        let reply = try await s3.client.receive(
            request("HEAD", [], ["x-amz-checksum-mode": "ENABLED"]), "HeadObject",
            resource: name, limit: 0)
        let attributes = try s3.attributes(of: key, reply.exchange)
        guard attributes.size == scan.parts.last?.range.upperBound else { return nil }
        let hasMetadata = metadata.allSatisfy { reply.headers[$0.key] == $0.value }
        let crc32 = reply.headers[S3Checksum.Algorithm.crc32.header]
        guard hasMetadata, crc32 == scan.crc32 || crc32 == nil && !metadata.isEmpty
        else { return nil }
        return attributes.etag
    }

    /// Takes the parts away, again where one that was under way has come after that.
    ///
    /// - Throws: ``AWSError`` where there may still be some.
    private func abort(_ id: String) async throws {
        let upload = HTTPRequest.QueryItem(name: "uploadId", value: id)
        let retries = s3.client.environment.retries
        do {
            for count in 1...Self.abortions {
                _ = try await s3.client.receive(
                    request("DELETE", [upload]), "AbortMultipartUpload", resource: name,
                    limit: S3Client.smallAnswer)
                let reply = try await s3.client.receive(
                    request("GET", [upload]), "ListParts", resource: name)
                if !(try s3.decoded(S3Replies.ListParts.self, reply).hasParts) { return }
                guard count < Self.abortions else {
                    throw reply.exchange.error("PartsLeft", "parts came after \(count) abortions")
                }
                try await retries.sleep(
                    retries.delay(afterFailure: count, isThrottling: true, retryAfter: nil))
            }
        } catch let error as AWSError where error.status == 404 {
            return
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: "\"", with: "&quot;")
    }
}

extension AWSError {
    /// The error with something more to say.
    fileprivate func adding(_ reason: String) -> AWSError {
        var error = self
        error.reason = [self.reason, reason].compactMap { $0 }.joined(separator: "; ")
        return error
    }
}
