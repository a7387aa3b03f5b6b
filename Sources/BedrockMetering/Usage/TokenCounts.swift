/// Tokens of one call, or sums of them; none are negative in what was decoded.
public struct TokenCounts: Sendable, Hashable, Codable {
    /// Input tokens without those read from or written to the prompt cache, as Bedrock counts them.
    public var input: Int64
    public var output: Int64
    public var cacheRead: Int64
    public var cacheWrite: Int64
    /// The total as it was logged, even where the parts do not add up to it.
    public var total: Int64

    /// Counts whose total is the sum of the four parts.
    ///
    /// - Precondition: the sum fits 63 bits.
    @inline(__always)
    public init(
        input: Int64 = 0, output: Int64 = 0, cacheRead: Int64 = 0, cacheWrite: Int64 = 0
    ) {
        self.init(
            input: input, output: output, cacheRead: cacheRead, cacheWrite: cacheWrite,
            total: input + output + cacheRead + cacheWrite)
    }

    /// Counts with the total that was logged, which need not be the sum of the parts.
    @inline(__always)
    public init(
        input: Int64 = 0,
        output: Int64 = 0,
        cacheRead: Int64 = 0,
        cacheWrite: Int64 = 0,
        total: Int64
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.total = total
    }

    /// Whether no count is negative.
    @inline(__always)
    var isSound: Bool { (input | output | total | cacheRead | cacheWrite) >= 0 }

    /// Whether no count is smaller than in `other`, and some are larger.
    func dominates(_ other: TokenCounts) -> Bool {
        self != other && input >= other.input && output >= other.output
            && cacheRead >= other.cacheRead && cacheWrite >= other.cacheWrite
            && total >= other.total
    }

    /// The sum of the four parts, which always fits.
    var wideSumOfParts: Int128 {
        Int128(input) + Int128(output) + Int128(cacheRead) + Int128(cacheWrite)
    }

    /// The sum of the four parts, or nil if it does not fit 63 bits.
    ///
    /// Bedrock's input count leaves cached tokens out, so all four add up.
    @inline(__always)
    var sumOfParts: Int64? {
        let (first, firstOverflow) = input.addingReportingOverflow(output)
        let (second, secondOverflow) = first.addingReportingOverflow(cacheRead)
        let (third, thirdOverflow) = second.addingReportingOverflow(cacheWrite)
        return firstOverflow || secondOverflow || thirdOverflow ? nil : third
    }
}

/// Sums are exact, and a precondition as those of integers: each count fits 63 bits. ``UsageQuery`` adds up with an
/// error instead.
extension TokenCounts: AdditiveArithmetic {
    /// No tokens.
    public static let zero = TokenCounts(total: 0)

    public static func + (left: Self, right: Self) -> Self {
        TokenCounts(
            input: left.input + right.input, output: left.output + right.output,
            cacheRead: left.cacheRead + right.cacheRead,
            cacheWrite: left.cacheWrite + right.cacheWrite, total: left.total + right.total)
    }

    public static func - (left: Self, right: Self) -> Self {
        TokenCounts(
            input: left.input - right.input, output: left.output - right.output,
            cacheRead: left.cacheRead - right.cacheRead,
            cacheWrite: left.cacheWrite - right.cacheWrite, total: left.total - right.total)
    }
}
