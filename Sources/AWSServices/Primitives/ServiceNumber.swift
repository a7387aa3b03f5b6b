/// Numbers in the form that services write them: digits, and nothing else. `Int("+5")` would be one, too.
package enum ServiceNumber {
    /// A number from 0 to `maximum`; nil for anything else.
    package static func number(_ text: some StringProtocol, upTo maximum: Int64) -> Int64? {
        guard (1...19).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int64(text), number <= maximum
        else { return nil }
        return number
    }
}
