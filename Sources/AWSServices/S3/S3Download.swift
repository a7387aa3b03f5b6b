/// An object that is being read. One task at a time reads it.
///
/// Where the connection breaks, or the bytes come too slowly, reading goes on with a further request for
/// the rest of the same object.
package final class S3Download: @unchecked Sendable {
    /// Its key, size, ETag and metadata. The size is that of the whole object.
    package let attributes: S3ObjectAttributes
    private let client: S3Client
    private let bucket: String
    /// The bytes of the object that are still to come.
    private var rest: Range<Int64>
    /// The last response, and what is to come of its body; nil at the end.
    private var exchange: AWSExchange
    private var body: HTTPBody?
    private var verification: S3Verification
    private var failures = 0
    private var bytesSinceFailure = 0
    /// How long the last response was waited for since its head.
    private var waited = Duration.zero
    /// Why reading ended early.
    private var failure: (any Error)?

    /// Slower than this, bytes count as not coming.
    private static let bytesPerSecond = 16 << 10

    init(
        _ attributes: S3ObjectAttributes, in bucket: String, range: Range<Int64>,
        _ response: Response, _ verification: S3Verification, _ client: S3Client
    ) {
        self.attributes = attributes
        self.bucket = bucket
        self.rest = range
        exchange = response.exchange
        body = response.body
        self.verification = verification
        self.client = client
    }

    typealias Response = (exchange: AWSExchange, body: HTTPBody)

    /// The next chunk; nil at the end, when all of it has come and is what was stored. Until then, chunks
    /// may be damaged.
    ///
    /// - Throws: ``AWSError``: `ChecksumMismatch` where what came is not what was stored, `ObjectChanged`
    ///   where the object is another one by now, `IncompleteResponse` where it keeps breaking; or
    ///   `CancellationError`. Once it has thrown, it throws the same again.
    package func next() async throws -> BodyChunk? {
        if let failure { throw failure }
        do {
            return try await chunk()
        } catch {
            failure = error
            body = nil
            throw error
        }
    }

    private func chunk() async throws -> BodyChunk? {
        while let body {
            do {
                if let chunk = try await chunk(of: body) {
                    return try received(chunk)
                }
                guard !rest.isEmpty else { return try end() }
                try await resume(after: .broken(reason: "the response ended early"))
            } catch let error as TransportError {
                try Task.checkCancellation()
                // Whatever broke after the last byte makes no difference.
                guard !rest.isEmpty else { return try end() }
                try await resume(after: error)
            }
        }
        return nil
    }

    /// The next chunk of a response, which must not let itself be waited for for ever by dripping.
    private func chunk(of body: HTTPBody) async throws -> BodyChunk? {
        let start = ContinuousClock.now
        defer { waited += ContinuousClock.now - start }
        let patience = client.patience + .seconds(bytesSinceFailure / Self.bytesPerSecond)
        return try await Deadline.within(patience - waited) { try await body.next() }
    }

    private func received(_ chunk: BodyChunk) throws -> BodyChunk {
        guard chunk.count <= rest.count else {
            throw exchange.error("UnreadableResponse", "more bytes came than the object has")
        }
        chunk.withUnsafeBytes { verification.update($0) }
        rest = (rest.lowerBound + Int64(chunk.count))..<rest.upperBound
        bytesSinceFailure += chunk.count
        if bytesSinceFailure >= 1 << 20 { failures = 0 }
        return chunk
    }

    private func end() throws -> BodyChunk? {
        body = nil
        guard verification.holds else {
            throw exchange.error(
                "ChecksumMismatch", "what came is not what was stored", isRetryable: true)
        }
        return nil
    }

    private func resume(after error: TransportError) async throws {
        body = nil
        failures += 1
        let policy = client.client.environment.retries
        guard failures < policy.maximumAttempts, client.client.budget.spend(error.retryCost)
        else {
            var thrown = exchange.error(
                "IncompleteResponse",
                "\(error.reason), with \(rest.count) of \(attributes.size) bytes to come",
                isRetryable: true)
            thrown.attempts = failures
            throw thrown
        }
        try await policy.sleep(
            policy.delay(afterFailure: failures, isThrottling: false, retryAfter: nil))
        (exchange, body) = try await client.open(
            attributes.key, in: bucket, range: rest, ifMatch: attributes.etag, isResumed: true)
        bytesSinceFailure = 0
        waited = .zero
    }
}

extension S3Client {
    /// Opens an object, or the bytes of it at `range`.
    ///
    /// - Parameters:
    ///   - range: not empty; what is past the object's end is left out. Parts of objects cannot be
    ///     compared with a checksum.
    ///   - ifMatch: the ETag that the object must have.
    /// - Throws: ``AWSError``, for which ``AWSError/isNotFound`` or ``AWSError/isPreconditionFailed``
    ///   may hold.
    package func getObject(
        _ key: String, in bucket: String, range: Range<Int64>? = nil, ifMatch: String? = nil
    ) async throws -> S3Download {
        let response = try await open(key, in: bucket, range: range, ifMatch: ifMatch)
        var attributes = try attributes(of: key, response.exchange)
        guard range != nil, let part = Self.contentRange(response.exchange.head) else {
            return S3Download(
                attributes, in: bucket, range: 0..<attributes.size, response,
                S3Verification(response.exchange.headers), self)
        }
        attributes.size = part.size
        return S3Download(
            attributes, in: bucket, range: part.range, response, S3Verification(), self)
    }

    /// Sends a request for an object.
    ///
    /// - Parameter isResumed: whether all of `range` must come.
    fileprivate func open(
        _ key: String, in bucket: String, range: Range<Int64>?, ifMatch: String?,
        isResumed: Bool = false
    ) async throws -> S3Download.Response {
        var headers = ["x-amz-checksum-mode": "ENABLED"]
        if let range {
            precondition(!range.isEmpty, "an empty range cannot be asked for")
            headers["range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        }
        headers["if-match"] = ifMatch
        let response: S3Download.Response
        do {
            response = try await client.send(
                request("GET", bucket, key, headers: headers), "GetObject",
                resource: name(bucket, key)
            ) { head in
                if Self.sizeAndETag(head.headers) == nil { return Self.tellsTooLittle }
                guard let range else {
                    return head.status == 200 ? nil : "the response is not the whole object"
                }
                // All of it that there is: who has less would ask for the rest again and again.
                guard let (part, size) = Self.contentRange(head),
                    part.lowerBound == range.lowerBound,
                    part.upperBound == min(range.upperBound, size)
                else { return "the response is not for the range that was asked for" }
                return nil
            }
        } catch let error as AWSError where isResumed && error.status == 412 {
            throw error.of("ObjectChanged", Self.isReplaced)
        } catch let error as AWSError where isResumed && error.status == 416 {
            throw error.of(
                "UnreadableResponse", "the object is shorter than was told before",
                isRetryable: true)
        }
        let head = response.exchange.head
        if isResumed, Self.contentRange(head)?.range != range || head.headers["etag"] != ifMatch {
            throw response.exchange.error("ObjectChanged", Self.isReplaced)
        }
        return response
    }

    private static let isReplaced = "the object was replaced while it was read"

    /// What the header Content-Range tells: `bytes 0-9/20` (RFC 9110, section 14.4).
    private static func contentRange(
        _ response: ResponseHead
    ) -> (range: Range<Int64>, size: Int64)? {
        let text = response.headers["content-range"] ?? ""
        let numbers = text.dropFirst(6).split(
            omittingEmptySubsequences: false, whereSeparator: { "-/".contains($0) }
        ).map { ServiceNumber.number($0, upTo: S3ObjectAttributes.maximumSize) }
        guard response.status == 206, text.lowercased().hasPrefix("bytes "), numbers.count == 3,
            let first = numbers[0], let last = numbers[1], let size = numbers[2],
            first <= last, last < size,
            response.headers["content-length"] == String(last - first + 1)
        else { return nil }
        return (first..<last + 1, size)
    }
}

extension AWSError {
    /// What the same answer means where more is known than the service knew.
    fileprivate func of(_ code: String, _ reason: String, isRetryable: Bool = false) -> AWSError {
        AWSError(
            service: service, operation: operation, code: code, status: status,
            requestID: requestID, isRetryable: isRetryable, resource: resource, reason: reason)
    }
}
