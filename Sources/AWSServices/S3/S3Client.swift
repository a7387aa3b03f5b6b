internal import Foundation
internal import XMLCoder

/// Objects in S3 and in what speaks its protocol; see the Amazon S3 API reference.
package struct S3Client: Sendable {
    private let client: AWSClient

    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "s3")
    }

    /// All objects whose keys begin with `prefix`, in the order of their keys' bytes.
    package func listObjects(
        in bucket: String, prefix: String = "", startAfter: String? = nil, maxKeys: Int? = nil
    ) async throws -> [S3ObjectAttributes] {
        var objects: [S3ObjectAttributes] = []
        var token: String?
        repeat {
            var query = [
                HTTPRequest.QueryItem(name: "list-type", value: "2"),
                HTTPRequest.QueryItem(name: "encoding-type", value: "url"),
                HTTPRequest.QueryItem(name: "prefix", value: prefix),
            ]
            if let maxKeys { query.append(.init(name: "max-keys", value: String(maxKeys))) }
            if let startAfter { query.append(.init(name: "start-after", value: startAfter)) }
            if let token { query.append(.init(name: "continuation-token", value: token)) }
            let request = request("GET", bucket, query: query)
            let response = try await client.send(request, "ListObjectsV2")
            let body = try await response.bytes(upTo: 64 << 20)
            let page = try XMLDecoder().decode(ListBucketResult.self, from: Data(body))
            for object in page.Contents ?? [] {
                let key = object.Key.replacingOccurrences(of: "+", with: " ")
                objects.append(
                    S3ObjectAttributes(
                        key: key.removingPercentEncoding ?? key, size: object.Size,
                        etag: object.ETag, modified: nil))
            }
            token = page.IsTruncated == true ? page.NextContinuationToken : nil
        } while token != nil
        return objects
    }

    private struct ListBucketResult: Decodable {
        struct Object: Decodable {
            var Key: String
            var Size: Int64
            var ETag: String
            var LastModified: String?
        }
        var Contents: [Object]?
        var IsTruncated: Bool?
        var NextContinuationToken: String?
    }

    /// Opens an object, or the bytes of it at `range`.
    package func getObject(
        _ key: String, in bucket: String, range: Range<Int64>? = nil, ifMatch: String? = nil
    ) async throws -> S3Download {
        var headers: [String: String] = [:]
        if let range { headers["range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)" }
        headers["if-match"] = ifMatch
        let request = request("GET", bucket, key, headers: headers)
        let response = try await client.send(request, "GetObject", timeout: .seconds(3600))
        return S3Download(Self.attributes(of: key, response), body: response.body)
    }

    /// What S3 tells of an object; nil where there is none.
    package func headObject(
        _ key: String, in bucket: String
    ) async throws -> S3ObjectAttributes? {
        do {
            let response = try await client.send(request("HEAD", bucket, key), "HeadObject")
            _ = try await response.bytes(upTo: 0)
            return Self.attributes(of: key, response)
        } catch let error as AWSError where error.isNotFound {
            return nil
        }
    }

    /// Stores an object in one step.
    ///
    /// - Throws: ``AWSError``, for which ``AWSError/isPreconditionFailed`` holds where the condition
    ///   does not.
    package func putObject(
        _ body: S3Upload, at key: String, in bucket: String, condition: S3Condition = .none,
        metadata: [String: String] = [:]
    ) async throws -> S3ObjectAttributes {
        var headers = condition.headers
        for (name, value) in metadata { headers["x-amz-meta-\(name)"] = value }
        let payload: HTTPPayload =
            switch body {
            case .bytes(let bytes): .bytes(bytes)
            case .file(let path, let size, let sha256):
                .file(path: path, range: 0..<size, sha256: sha256)
            }
        var request = request("PUT", bucket, key, headers: headers)
        request.payload = payload
        let response = try await client.send(request, "PutObject", timeout: .seconds(3600))
        _ = try await response.bytes(upTo: 1 << 20)
        let size: Int64 =
            switch body {
            case .bytes(let bytes): Int64(bytes.count)
            case .file(_, let size, _): size
            }
        return S3ObjectAttributes(
            key: key, size: size, etag: response.headers["etag"] ?? "", metadata: metadata)
    }

    /// Copies an object within S3.
    package func copyObject(
        _ key: String, in bucket: String, to target: String, in targetBucket: String
    ) async throws {
        let source = "/\(bucket)/\(URIEncoding.encoded(key, keepsSlashes: true))"
        let request = request(
            "PUT", targetBucket, target, headers: ["x-amz-copy-source": source])
        let response = try await client.send(request, "CopyObject")
        _ = try await response.bytes(upTo: 1 << 20)
    }

    /// Takes an object away; one that is not there is no error.
    package func deleteObject(_ key: String, in bucket: String) async throws {
        let response = try await client.send(request("DELETE", bucket, key), "DeleteObject")
        _ = try await response.bytes(upTo: 1 << 20)
    }

    private func request(
        _ method: String, _ bucket: String, _ key: String = "",
        query: [HTTPRequest.QueryItem] = [], headers: [String: String] = [:]
    ) -> HTTPRequest {
        HTTPRequest(
            method, client.endpoint,
            path: "/\(URIEncoding.encoded(bucket))/\(URIEncoding.encoded(key, keepsSlashes: true))",
            query: query, headers: headers
        )
    }

    private static func attributes(of key: String, _ response: HTTPResponse) -> S3ObjectAttributes {
        var metadata: [String: String] = [:]
        for (name, value) in response.headers where name.hasPrefix("x-amz-meta-") {
            metadata[String(name.dropFirst("x-amz-meta-".count))] = value
        }
        return S3ObjectAttributes(
            key: key, size: Int64(response.headers["content-length"] ?? "") ?? 0,
            etag: response.headers["etag"] ?? "", metadata: metadata
        )
    }
}
