package import BedrockMetering
package import MeteringLake

/// Where exports go: a folder for each day under a prefix of a bucket.
package struct ExportDestination: Sendable, Hashable, CustomStringConvertible {
    package let bucket: String
    /// Without a slash at either end; may be empty.
    package let prefix: String

    /// Takes a destination as `s3://bucket/prefix`.
    ///
    /// - Throws: ``PipelineError`` with `usage` where it is none.
    package init(_ text: String) throws(PipelineError) {
        let location = try ObjectLocation(text)
        guard let bucket = location.bucket else {
            throw PipelineError(
                code: .usage, location: text,
                reason: "is no place for exports; they go to S3, as to s3://bucket/prefix")
        }
        self.bucket = bucket
        var prefix = Substring(location.path)
        while prefix.hasSuffix("/") { prefix.removeLast() }
        while prefix.hasPrefix("/") { prefix.removeFirst() }
        self.prefix = String(prefix)
    }

    /// What the keys of a day's exports begin with.
    package func prefix(of day: UsageDay) -> String {
        prefix.isEmpty ? day.description : "\(prefix)/\(day)"
    }

    /// The folder of a day's exports, as `s3://bucket/prefix/2025-12-07`.
    package func location(of day: UsageDay) -> String { "s3://\(bucket)/\(prefix(of: day))" }

    package var description: String {
        "s3://\(bucket)" + (prefix.isEmpty ? "" : "/\(prefix)")
    }
}
