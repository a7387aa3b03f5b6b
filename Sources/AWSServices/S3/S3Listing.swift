internal import Foundation

/// The objects of a bucket under a prefix, page by page. One task at a time reads it.
package final class S3Listing: @unchecked Sendable {
    package static let operation = "ListObjectsV2"

    private let client: S3Client
    private let bucket: String
    private let prefix: String
    private let query: [HTTPRequest.QueryItem]
    private var token: String?
    private var tokens: PageTokens
    /// The last of all keys so far, in the order of their bytes.
    private var last: String?
    private var isOver = false

    init(
        _ client: S3Client, bucket: String, prefix: String, startAfter: String?, pageSize: Int?
    ) {
        self.client = client
        self.bucket = bucket
        self.prefix = prefix
        tokens = PageTokens(client.client.environment.retries)
        var query = [
            HTTPRequest.QueryItem(name: "list-type", value: "2"),
            HTTPRequest.QueryItem(name: "encoding-type", value: "url"),
            HTTPRequest.QueryItem(name: "prefix", value: prefix),
        ]
        if let pageSize { query.append(.init(name: "max-keys", value: String(pageSize))) }
        if let startAfter { query.append(.init(name: "start-after", value: startAfter)) }
        self.query = query
    }

    /// The next page, in the order in which the store lists them; nil after the last one. A page may be
    /// empty.
    ///
    /// - Throws: ``AWSError``, also where there is no end to the pages, or a key is none that was asked for.
    package func next() async throws -> [S3ObjectAttributes]? {
        guard !isOver else { return nil }
        var query = query
        if let token { query.append(.init(name: "continuation-token", value: token)) }
        let reply = try await client.client.receive(
            client.request("GET", bucket, query: query), Self.operation,
            resource: client.name(bucket), limit: S3Client.listingAnswer)
        let page = try client.decoded(S3Replies.ListObjects.self, reply)
        let isEncoded = page.encoding?.lowercased() == "url"
        let objects = try page.objects.map { object in
            guard let key = isEncoded ? Self.decoded(object.key) : object.key else {
                throw reply.exchange.error("UnreadableResponse", "a key is not encoded UTF-8")
            }
            guard key.utf8.starts(with: prefix.utf8), ServiceText.isToken(object.etag),
                key.utf8.count <= S3ObjectAttributes.maximumKeySize
            else {
                throw reply.exchange.error(
                    "UnreadableResponse", "a key or an ETag is none that was asked for")
            }
            return S3ObjectAttributes(
                key: key, size: object.size, etag: object.etag,
                modified: object.modified.flatMap { ServiceTime.date(ofTimestamp: $0) },
                isArchived: ["GLACIER", "DEEP_ARCHIVE"].contains(object.storageClass))
        }
        if page.isTruncated {
            token = try tokens.following(
                page.nextToken, reply, isNew: hasNew(objects.map(\.key)))
        } else {
            isOver = true
        }
        return objects
    }

    /// Whether a key comes after all so far. Not every store lists keys in the order of their bytes, so that a
    /// page of new keys alone may have none that does; but not page after page.
    private func hasNew(_ keys: [String]) -> Bool {
        var hasNew = false
        for key in keys where last.map({ $0.utf8.lexicographicallyPrecedes(key.utf8) }) ?? true {
            (last, hasNew) = (key, true)
        }
        return hasNew
    }

    /// A key as it stands in listings, where `+` is a space.
    private static func decoded(_ key: String) -> String? {
        String(key.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
    }
}

extension S3Client {
    /// The objects whose keys begin with `prefix`, page by page.
    ///
    /// - Parameters:
    ///   - startAfter: only objects whose keys come after it.
    ///   - pageSize: how many objects a page holds at most; 1,000 unless given.
    package func listing(
        of bucket: String, prefix: String = "", startAfter: String? = nil, pageSize: Int? = nil
    ) -> S3Listing {
        S3Listing(
            self, bucket: bucket, prefix: prefix, startAfter: startAfter, pageSize: pageSize)
    }

    /// All objects whose keys begin with `prefix`, in the order of their keys' bytes.
    ///
    /// - Parameter maxKeys: how many a page holds at most; all pages are read.
    package func listObjects(
        in bucket: String, prefix: String = "", startAfter: String? = nil, maxKeys: Int? = nil
    ) async throws -> [S3ObjectAttributes] {
        let listing = listing(
            of: bucket, prefix: prefix, startAfter: startAfter, pageSize: maxKeys)
        var objects: [S3ObjectAttributes] = []
        while let page = try await listing.next() { objects += page }
        // Stores that keep keys as paths list them in the order of the paths.
        let isOrdered = zip(objects, objects.dropFirst()).allSatisfy {
            $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }
        if !isOrdered {
            objects.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        }
        return objects
    }
}
