/// A number of calls and the exact sums of their tokens, which may need more than 63 bits.
package struct UsageTotals: Sendable, Hashable {
    package var requests: Int64 = 0
    package var input: UInt128 = 0
    package var output: UInt128 = 0
    package var cacheRead: UInt128 = 0
    package var cacheWrite: UInt128 = 0
    /// As it was logged, even where the parts do not add up to it.
    package var total: UInt128 = 0

    package init() {}

    /// Adds one call.
    @inline(__always)
    package mutating func add(_ tokens: TokenCounts) {
        requests += 1
        input += UInt128(tokens.input)
        output += UInt128(tokens.output)
        cacheRead += UInt128(tokens.cacheRead)
        cacheWrite += UInt128(tokens.cacheWrite)
        total += UInt128(tokens.total)
    }

    package static func += (left: inout Self, right: Self) {
        left.requests += right.requests
        left.input += right.input
        left.output += right.output
        left.cacheRead += right.cacheRead
        left.cacheWrite += right.cacheWrite
        left.total += right.total
    }
}
