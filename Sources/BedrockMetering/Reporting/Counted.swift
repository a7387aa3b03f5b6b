/// Numbers as people read them.
package enum Counted {
    /// `1 call`, `1,234 calls`.
    package static func text(_ count: some BinaryInteger, _ one: String, _ many: String) -> String {
        "\(digits(count)) \(count == 1 ? one : many)"
    }

    /// `+1 call`, `-1,234 calls`.
    package static func change(_ count: some SignedInteger, _ one: String, _ many: String)
        -> String
    {
        let sign = count < 0 ? "" : "+"
        return "\(sign)\(digits(count)) \(count.magnitude == 1 ? one : many)"
    }

    /// `1,234,567`.
    package static func digits(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
