/// What the day files of a lake are.
@nonexhaustive
public enum LakeFormat: String, Sendable, Hashable, CaseIterable {
    /// Apache Parquet.
    case parquet
    /// JSON lines, compressed by gzip.
    case json
}
