internal import Foundation

extension S3Client {
    /// Stores an object in one step: readers see what was there before or all of what is new.
    ///
    /// Files are streamed; large ones are sent in parts, which S3 puts together at the end, and which are
    /// taken away where that does not happen. The object's CRC32 is sent with it, and checked by S3 then
    /// and by ``S3Download`` later.
    ///
    /// - Parameter metadata: by names in lower case; names and values are visible ASCII.
    /// - Throws: ``AWSError``, for which ``AWSError/isPreconditionFailed`` holds where the condition
    ///   does not, and ``AWSError/isNotFound`` where an object that must match is gone. Where
    ///   ``AWSError/mayHaveTakenEffect`` holds as well, the object that stands in the way may be this
    ///   one, stored by an attempt whose reply was lost: its metadata can tell.
    package func putObject(
        _ body: S3Upload, at key: String, in bucket: String, condition: S3Condition = .none,
        metadata: [String: String] = [:]
    ) async throws -> S3ObjectAttributes {
        var headers: [String: String] = [:]
        for (name, value) in metadata { headers["x-amz-meta-\(name)"] = value }
        let etag: String
        switch body {
        case .file(let path, let size, let sha256) where size > multipartThreshold:
            let scan = try scanned(bucket, key) {
                try S3FileScan(path, size: size, sha256: sha256, partSize: partSize)
            }
            etag = try await S3MultipartUpload(
                self, key: key, bucket: bucket, path: path, scan, metadata: headers
            ).run(condition)
        case .file(let path, let size, let sha256):
            let scan = try scanned(bucket, key) {
                try S3FileScan(path, size: size, sha256: sha256, partSize: max(size, 1))
            }
            headers[S3Checksum.Algorithm.crc32.header] = scan.crc32
            etag = try await put(
                .file(path: path, range: 0..<size, sha256: sha256), key, bucket,
                headers.merging(condition.headers) { $1 })
        case .bytes(let bytes):
            headers[S3Checksum.Algorithm.crc32.header] = S3Checksum.crc32(of: bytes)
            etag = try await put(
                .bytes(bytes), key, bucket, headers.merging(condition.headers) { $1 })
        }
        return S3ObjectAttributes(key: key, size: body.size, etag: etag, metadata: metadata)
    }

    private func put(
        _ payload: HTTPPayload, _ key: String, _ bucket: String, _ headers: [String: String]
    ) async throws -> String {
        var request = request("PUT", bucket, key, headers: headers)
        request.payload = payload
        let timeout = Self.timeout(forBytes: payload.size)
        let reply = try await client.receive(
            request, "PutObject", timeout: timeout, callTimeout: timeout * 4,
            resource: name(bucket, key), limit: Self.smallAnswer)
        return try etag(of: reply)
    }

    /// How long it may take to send so many bytes: a minute, and as long as 256 KiB a second need.
    static func timeout(forBytes count: Int64) -> Duration {
        .seconds(60 + count / (256 << 10))
    }

    private func scanned(
        _ bucket: String, _ key: String, _ scan: () throws -> S3FileScan
    ) throws -> S3FileScan {
        do {
            return try scan()
        } catch let error as TransportError {
            var thrown = AWSError(
                service: client.service, operation: "PutObject", code: error.code,
                resource: name(bucket, key), reason: error.reason)
            thrown.attempts = 0
            throw thrown
        }
    }
}
