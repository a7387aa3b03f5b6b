/// Why a Parquet file could not be read, or values could not be written.
package enum ParquetError: Error, Equatable, Sendable {
    /// The bytes are no sound Parquet file; what is wrong with them.
    case damaged(String)
    /// The file uses a part of the format that is not read here, which is named.
    case unsupported(String)
    /// More is asked for than ``ParquetLimits`` or the format allow.
    case overLimit(String)
    /// The file has no column of this name.
    case noSuchColumn(String)
}

extension ParquetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let what): "the Parquet file is damaged: \(what)"
        case .unsupported(let what): "this part of Parquet is not supported: \(what)"
        case .overLimit(let what): "too large for Parquet as read and written here: \(what)"
        case .noSuchColumn(let name): "the Parquet file has no column \"\(name)\""
        }
    }
}
