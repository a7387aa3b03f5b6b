/// An exact amount of US dollars, in steps of 10⁻¹² dollars.
///
/// A price per million tokens with six decimals makes a whole number of such steps per token, so
/// costs add up without any rounding.
public struct Money: Sendable, Hashable, Comparable {
    /// The amount in 10⁻¹² US dollars.
    public var picodollars: Int128

    public init(picodollars: Int128) {
        self.picodollars = picodollars
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.picodollars < right.picodollars
    }

    public static func + (left: Self, right: Self) -> Self {
        Money(picodollars: left.picodollars + right.picodollars)
    }

    public static func += (left: inout Self, right: Self) {
        left = left + right
    }

    /// The amount with `digits` decimals, at most 12, rounded half to even.
    public func rounded(toDecimals digits: Int) -> String {
        let unit = Self.power(12 - digits)
        var (quotient, rest) = picodollars.magnitude.quotientAndRemainder(dividingBy: unit)
        rest *= 2
        if rest > unit || rest == unit && quotient % 2 == 1 { quotient += 1 }
        return Self.text(quotient, decimals: digits, isNegative: picodollars < 0)
    }

    private static func power(_ exponent: Int) -> UInt128 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    private static func text(_ units: UInt128, decimals: Int, isNegative: Bool) -> String {
        let scale = power(decimals)
        let sign = isNegative && units > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(units) }
        let fraction = String(units % scale)
        let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
        return "\(sign)\(units / scale).\(zeros)\(fraction)"
    }
}

extension Money: CustomStringConvertible {
    /// The exact amount in dollars with at least two decimals, as `0.0045`.
    public var description: String {
        var text = rounded(toDecimals: 12)
        while text.hasSuffix("0"), !text.dropLast(1).hasSuffix(".0"),
            text.split(separator: ".")[1].utf8.count > 2
        {
            text.removeLast()
        }
        return text
    }
}
