internal import Foundation

/// The tokens of the pages of one result, which has an end whatever a service says.
struct PageTokens {
    /// Pages of a result: ten million objects of a listing, or rows of a table.
    static let maximumPages = 10_000
    /// Pages in a row without anything new. S3 sends such pages while it passes over what was deleted.
    static let maximumIdlePages = 1_000
    /// Bytes of all pages.
    static let maximumBytes = 4 << 30
    /// Bytes of a token.
    static let maximumTokenSize = 8 << 10
    /// How long a result may take: an hour, and a minute for each page with something new.
    static let patience = Duration.seconds(3600)
    static let patiencePerPage = Duration.seconds(60)

    private let policy: RetryPolicy
    private let start: Duration
    private var seen: Set<String> = []
    private var bytes = 0
    private var idlePages = 0
    private var newPages = 0

    init(_ policy: RetryPolicy) {
        self.policy = policy
        start = policy.uptime()
    }

    /// The token that asks for the next page.
    ///
    /// - Parameters:
    ///   - token: what the page before tells; nil where it tells none, although it is not the last.
    ///   - reply: which brought it.
    ///   - isNew: whether that page held something that the pages before did not.
    /// - Throws: ``AWSError`` where there is no token, or one that came before, or where there is no end to the
    ///   pages.
    mutating func following(
        _ token: String?, _ reply: AWSClient.Reply, isNew: Bool
    ) throws -> String {
        func endless(_ reason: String) -> AWSError {
            reply.exchange.error("UnreadableResponse", "the pages have no end: \(reason)")
        }
        bytes += reply.bytes.count
        idlePages = isNew ? 0 : idlePages + 1
        newPages += isNew ? 1 : 0
        guard let token, token.utf8.count <= Self.maximumTokenSize, seen.insert(token).inserted
        else { throw endless("no token, or one that came before") }
        guard idlePages < Self.maximumIdlePages else {
            throw endless("\(idlePages) in a row hold nothing new")
        }
        guard seen.count < Self.maximumPages, bytes <= Self.maximumBytes else {
            throw endless("there are more than \(seen.count), with \(bytes) bytes")
        }
        guard policy.uptime() - start < Self.patience + Self.patiencePerPage * newPages else {
            throw endless("\(newPages) with something new came in \(policy.uptime() - start)")
        }
        return token
    }
}
