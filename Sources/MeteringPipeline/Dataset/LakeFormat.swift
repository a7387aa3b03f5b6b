/// What the day files of a lake are.
public enum LakeFormat: String, Sendable, Hashable, CaseIterable {
    /// Apache Parquet.
    case parquet
    /// JSON lines, compressed by gzip.
    case json

    /// How the names of its day files end.
    var fileExtension: String {
        switch self {
        case .parquet: "parquet"
        case .json: "json.gz"
        }
    }
}
