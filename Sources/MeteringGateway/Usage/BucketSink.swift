package import AWSServices

/// Objects of JSON lines in S3, which an ingest reads as they are.
package struct BucketSink: UsageSink {
    private let client: S3Client
    private let bucket: String
    private let prefix: String

    /// - Parameter prefix: what keys begin with, a slash at its end or empty.
    package init(_ client: S3Client, bucket: String, prefix: String) {
        self.client = client
        self.bucket = bucket
        self.prefix = prefix
    }

    package var name: String { "s3://\(bucket)/\(prefix)" }

    /// Stores all in one object, whose name follows from what it holds: a repetition stores it anew.
    package func deliver(_ events: [UsageEvent]) async throws -> [Int] {
        guard let first = events.first else { return [] }
        var text: [UInt8] = []
        for event in events {
            text += event.bytes
            text.append(UInt8(ascii: "\n"))
        }
        let hash = SHA256Hash(of: text).hexadecimal.prefix(32)
        _ = try await client.putObject(
            .bytes(text), at: "\(prefix)\(first.date)/\(hash).jsonl", in: bucket)
        return []
    }
}
