public import Foundation

/// An exact amount of US dollars, in steps of 10⁻¹² dollars.
///
/// A price per million tokens with six decimals makes a whole number of such steps per token, so
/// costs add up without any rounding. Amounts up to 10²⁶ dollars fit, and adding up past that is a precondition,
/// as with integers.
public struct Money: Sendable, Hashable, Comparable {
    /// The amount in 10⁻¹² US dollars.
    public var picodollars: Int128

    public init(picodollars: Int128) {
        self.picodollars = picodollars
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.picodollars < right.picodollars
    }

    /// The amount with `digits` decimals, rounded half to even.
    ///
    /// - Precondition: `digits` is one of 0 to 12.
    public func rounded(toDecimals digits: Int) -> String {
        precondition((0...12).contains(digits), "amounts have from 0 to 12 decimals")
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

extension Money: AdditiveArithmetic {
    /// No money.
    public static let zero = Money(picodollars: 0)

    public static func + (left: Self, right: Self) -> Self {
        Money(picodollars: left.picodollars + right.picodollars)
    }

    public static func - (left: Self, right: Self) -> Self {
        Money(picodollars: left.picodollars - right.picodollars)
    }
}

/// Amounts as text, and so in JSON: `"0.0045"`.
extension Money: LosslessStringConvertible, Codable {
    /// An amount in dollars written as a decimal, such as `12.0045`; nil if it is none, has more than twelve
    /// decimals other than 0, or does not fit.
    public init?(_ dollars: String) {
        var digits = Substring(dollars)
        let isNegative = digits.hasPrefix("-")
        if isNegative { digits.removeFirst() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(ByteScan.isDigit) })
        else { return nil }
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard fraction.utf8.dropFirst(12).allSatisfy({ $0 == UInt8(ascii: "0") }) else {
            return nil
        }
        let kept = fraction.prefix(12)
        let padding = String(repeating: "0", count: 12 - kept.utf8.count)
        let sign = isNegative ? "-" : ""
        guard let picodollars = Int128("\(sign)\(parts[0])\(kept)\(padding)") else { return nil }
        self.init(picodollars: picodollars)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let money = Money(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "no amount with at most twelve decimals")
        }
        self = money
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Amounts as decimals of Foundation.
extension Money {
    /// The amount of so many dollars; nil if that is no whole number of 10⁻¹² dollars, or does not fit.
    public init?(exactly dollars: Decimal) {
        self.init(dollars.description)
    }

    /// The amount in dollars; exact up to 10²⁵ dollars, since a decimal has 38 digits.
    public var dollars: Decimal {
        let magnitude = picodollars.magnitude
        let high = Decimal(UInt64(magnitude >> 64)) * (Decimal(UInt64.max) + 1)
        let sum = high + Decimal(UInt64(truncatingIfNeeded: magnitude))
        return Decimal(sign: picodollars < 0 ? .minus : .plus, exponent: -12, significand: sum)
    }
}
