/// The price of a token.
public struct TokenPrice: Sendable, Hashable {
    /// In 10⁻¹² US dollars per token, which is 10⁻⁶ dollars per million tokens.
    public let picodollars: Int64

    /// The price written in US dollars per million tokens, as `0.25`, with at most six decimals;
    /// nil if it is not written so, or is a million dollars or more.
    public init?(usdPerMillionTokens text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard
            (1...2).contains(parts.count), (1...6).contains(parts[0].utf8.count),
            parts.count == 1 || (1...6).contains(parts[1].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy { ByteScan.isDigit($0) } })
        else { return nil }
        let decimals = parts.count == 2 ? String(parts[1]) : ""
        let padding = String(repeating: "0", count: 6 - decimals.utf8.count)
        guard let picodollars = Int64(parts[0] + decimals + padding) else { return nil }
        self.picodollars = picodollars
    }

    func cost(of tokens: Int64) -> Money {
        Money(picodollars: Int128(picodollars) * Int128(tokens))
    }
}
