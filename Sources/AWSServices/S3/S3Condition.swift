/// When a request shall take effect.
package enum S3Condition: Sendable, Hashable {
    case none
    /// Only where there is no object of this key.
    case ifAbsent
    /// Only where the object is still that one.
    case ifMatches(etag: String)

    var headers: [String: String] {
        switch self {
        case .none: [:]
        case .ifAbsent: ["if-none-match": "*"]
        case .ifMatches(let etag): ["if-match": etag]
        }
    }
}
