internal import AWSServices

/// Keys that are missing. S3 calls them forbidden for those who may list some prefixes alone.
extension S3Client {
    /// What an object is; nil where there is none.
    func present(_ key: String, in bucket: String) async throws -> S3ObjectAttributes? {
        do {
            return try await headObject(key, in: bucket)
        } catch let error as AWSError {
            guard try await isOfNothing(error, key, in: bucket) else { throw error }
            return nil
        }
    }

    /// Whether an error says that a key is forbidden of which a listing says that it is missing.
    func isOfNothing(_ error: AWSError, _ key: String, in bucket: String) async throws -> Bool {
        guard error.status == 403 else { return false }
        do {
            let listing = listing(of: bucket, prefix: key, pageSize: 1)
            // A page may be empty and not the last; the first key is the one that ends so too.
            while let page = try await listing.next() {
                if let first = page.first { return !first.key.utf8.elementsEqual(key.utf8) }
            }
            return true
        } catch let error as AWSError where error.status == 403 {
            return false
        }
    }
}
