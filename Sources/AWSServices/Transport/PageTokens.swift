/// The tokens of the pages of one result.
struct PageTokens {
    private var seen: Set<String> = []

    /// The token that asks for the next page.
    ///
    /// - Parameters:
    ///   - token: what the page before tells; nil where it tells none, although it is not the last.
    ///   - exchange: which brought it.
    /// - Throws: ``AWSError`` where there is no token, or one that came before: the pages would have no
    ///   end.
    mutating func following(_ token: String?, _ exchange: AWSExchange) throws -> String {
        guard let token, seen.insert(token).inserted else {
            throw exchange.error(
                "UnreadableResponse", "the pages have no end: no token, or one that came before")
        }
        return token
    }
}
