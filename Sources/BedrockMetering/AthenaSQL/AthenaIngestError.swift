/// Why an ingest cannot be made of what was given.
package enum AthenaIngestError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was to be a folder in S3, by its name among the parameters.
    case notAFolder(String)
    case overlappingFolders
    case tooManyDays
    case unsoundRun

    package var description: String {
        switch self {
        case .notAFolder(let name):
            "the \(name) is no folder in S3, written like s3://bucket/prefix/"
        case .overlappingFolders: "the source and the lake must not lie in one another"
        case .tooManyDays: "one run writes at most \(AthenaIngest.maximumDays) days"
        case .unsoundRun: "a run is named by 1 to 48 lower-case letters, digits and underscores"
        }
    }
}
