/// Why no response came, or not all of it.
package enum TransportError: Error, Sendable, Hashable {
    /// No connection: nothing of the request was sent.
    case notConnected(reason: String)
    /// The connection broke, or what came was not HTTP; the request may have been served.
    case broken(reason: String)
    /// Nothing came in time; the request may have been served.
    case timedOut
    /// The file to send is not what it was when the request was made.
    case unreadableFile(path: String, reason: String)
    /// The request cannot be sent at all, as a header holds what HTTP has no form for.
    case unsendable(reason: String)

    /// As errors about requests name it.
    var code: String {
        switch self {
        case .notConnected: "ConnectionFailed"
        case .broken: "ConnectionBroken"
        case .timedOut: "TimedOut"
        case .unreadableFile: "UnreadableFile"
        case .unsendable: "UnsendableRequest"
        }
    }

    /// What went wrong, in words of ours or the system's.
    var reason: String {
        switch self {
        case .notConnected(let reason), .broken(let reason), .unsendable(let reason): reason
        case .timedOut: "no whole response came in time"
        case .unreadableFile(let path, let reason): "\(path): \(reason)"
        }
    }
}
