/// Objects in S3 and in what speaks its protocol; see the Amazon S3 API reference.
package struct S3Client: Sendable {
    package let client: AWSClient
    /// What an answer may hold that is no listing, in bytes.
    static let smallAnswer = 64 << 10
    /// What a page of a listing may hold: a thousand keys of 1,024 bytes, each of them written as `%XX`, with
    /// what is told of each, twice over.
    static let listingAnswer = 8 << 20
    /// Files that are larger, in bytes, are stored in parts.
    package var multipartThreshold: Int64 = 64 << 20
    /// How large the parts are, in bytes; S3 demands 5 MiB. They are larger where there would be more than
    /// 10,000 of them.
    package var partSize: Int64 = 16 << 20
    /// How long a download waits for its bytes before it asks anew for the rest, besides the time that
    /// 16 KiB a second need.
    package var patience = Duration.seconds(60)

    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "s3")
    }

    /// What S3 tells of an object; nil where there is none, or no such bucket.
    package func headObject(
        _ key: String, in bucket: String
    ) async throws -> S3ObjectAttributes? {
        do {
            let reply = try await client.receive(
                request("HEAD", bucket, key), "HeadObject", resource: name(bucket, key), limit: 0)
            return try attributes(of: key, reply.exchange)
        } catch let error as AWSError where error.isNotFound {
            return nil
        }
    }

    /// Copies an object within S3, up to 5 GiB of it, with its metadata.
    ///
    /// - Parameter sourceETag: the object is copied only while it is still that one.
    /// - Returns: the ETag of the copy.
    /// - Throws: ``AWSError``, for which ``AWSError/isPreconditionFailed`` holds where the object is
    ///   another one.
    @discardableResult
    package func copyObject(
        _ key: String, in bucket: String, to target: String, in targetBucket: String,
        ifSourceMatches sourceETag: String? = nil
    ) async throws -> String {
        let source = "/\(bucket)/\(URIEncoding.encoded(key, keepsSlashes: true))"
        var headers = ["x-amz-copy-source": source]
        headers["x-amz-copy-source-if-match"] = sourceETag
        let reply = try await client.receive(
            request("PUT", targetBucket, target, headers: headers), "CopyObject",
            timeout: .seconds(600), callTimeout: .seconds(3600),
            resource: name(bucket, key), limit: Self.smallAnswer, isError: S3Replies.isError)
        return try checked(try decoded(S3Replies.CopyObject.self, reply).etag, reply.exchange)
    }

    /// Takes an object away; one that is not there is no error.
    ///
    /// - Parameter etag: the object is taken away only if it is that one. Not every store that speaks
    ///   S3's protocol heeds it.
    package func deleteObject(
        _ key: String, in bucket: String, ifMatches etag: String? = nil
    ) async throws {
        var headers: [String: String] = [:]
        headers["if-match"] = etag
        _ = try await client.receive(
            request("DELETE", bucket, key, headers: headers), "DeleteObject",
            resource: name(bucket, key), limit: Self.smallAnswer)
    }

    /// The bucket, or the object in it, for errors.
    func name(_ bucket: String, _ key: String = "") -> String {
        key.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(key)"
    }

    /// A request to a bucket or to an object in it.
    package func request(
        _ method: String, _ bucket: String, _ key: String = "",
        query: [HTTPRequest.QueryItem] = [], headers: [String: String] = [:]
    ) -> HTTPRequest {
        var endpoint = client.endpoint
        var path = key.isEmpty ? "" : "/" + URIEncoding.encoded(key, keepsSlashes: true)
        if usesHost(of: bucket) {
            endpoint.host = "\(bucket).\(endpoint.host)"
            if path.isEmpty { path = "/" }
        } else {
            path = "/\(URIEncoding.encoded(bucket))" + path
        }
        return HTTPRequest(method, endpoint, path: path, query: query, headers: headers)
    }

    /// Whether the bucket's name stands in the host's ("virtual-hosted style"): on AWS, unless it has a
    /// form that its certificates do not cover.
    private func usesHost(of bucket: String) -> Bool {
        guard client.environment.customEndpoint(of: "s3") == nil else { return false }
        return bucket.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
    }

    /// What headers tell of an object.
    ///
    /// - Throws: ``AWSError`` where its size or ETag is not told.
    func attributes(of key: String, _ exchange: AWSExchange) throws -> S3ObjectAttributes {
        let headers = exchange.headers
        guard let told = Self.sizeAndETag(headers) else {
            throw exchange.error("UnreadableResponse", Self.tellsTooLittle)
        }
        return S3ObjectAttributes(
            key: key, size: told.size, etag: told.etag,
            modified: headers["last-modified"].flatMap { ServiceTime.date(ofHeader: $0) },
            metadata: Self.metadata(headers))
    }

    static let tellsTooLittle = "the response tells no size or no ETag"

    static func sizeAndETag(_ headers: [String: String]) -> (size: Int64, etag: String)? {
        guard let etag = headers["etag"], !etag.isEmpty, ServiceText.isToken(etag),
            let length = headers["content-length"],
            let size = ServiceNumber.number(length, upTo: S3ObjectAttributes.maximumSize)
        else { return nil }
        return (size, etag)
    }

    private static func metadata(_ headers: [String: String]) -> [String: String] {
        var metadata: [String: String] = [:]
        for (name, value) in headers where name.hasPrefix("x-amz-meta-") {
            metadata[String(name.dropFirst("x-amz-meta-".count))] = value
        }
        return metadata
    }

    /// The ETag of what a request stored.
    func etag(of reply: AWSClient.Reply) throws -> String {
        try checked(reply.headers["etag"], reply.exchange)
    }

    /// An ETag, which can be sent back.
    func checked(_ etag: String?, _ exchange: AWSExchange) throws -> String {
        guard let etag, !etag.isEmpty, ServiceText.isToken(etag) else {
            throw exchange.error("UnreadableResponse", "the response tells no ETag")
        }
        return etag
    }

    func decoded<Document: XMLDocument>(
        _ type: Document.Type, _ reply: AWSClient.Reply
    ) throws -> Document {
        do throws(XMLFault) {
            return try Document(reply.bytes)
        } catch {
            throw reply.exchange.error(
                "UnreadableResponse", "the response is not the XML that it should be: \(error)")
        }
    }
}
