/// Reads a token count exactly: an integer, an integral float such as `10.0` or `1e3`, or either of
/// them in quotes.
enum TokenCountParser {
    /// The count of a value that ``JSONScanner`` has passed.
    static func parse(
        _ value: JSONScanner.Value, _ text: RawSpan, of field: UsageSchema.Field
    ) throws(RejectionReason) -> Int64 {
        switch value.kind {
        case .number: break
        case .string:
            var scanner = JSONScanner(from: value.start, to: value.end)
            do throws(RejectionReason) {
                guard !value.hasEscapes, value.start < value.end else {
                    throw RejectionReason.malformedJSON
                }
                try scanner.number(text)
            } catch {
                throw .wrongType(field)
            }
            guard scanner.offset == value.end else { throw .wrongType(field) }
        case .null: throw .null(field)
        default: throw .wrongType(field)
        }
        return try number(text, from: value.start, to: value.end, of: field)
    }

    /// The value of a sound JSON number in `start..<end`.
    private static func number(
        _ text: RawSpan, from start: Int, to end: Int, of field: UsageSchema.Field
    ) throws(RejectionReason) -> Int64 {
        var offset = start
        let isNegative = text.byte(at: offset) == 0x2d
        if isNegative { offset += 1 }

        // The number is `significand * 10^exponent`; zeros at the significand's end wait until a
        // digit follows them, so that `1.000` stays exact.
        var significand: UInt64 = 0
        var waitingZeros = 0
        var exponent = 0
        var tooLong = false
        var isFraction = false
        while offset < end {
            let byte = text.byte(at: offset)
            if byte == 0x2e {
                isFraction = true
            } else if ByteScan.isDigit(byte) {
                if isFraction { exponent -= 1 }
                if byte == 0x30 {
                    if significand > 0 { waitingZeros += 1 }
                } else {
                    for _ in 0..<min(waitingZeros, 20) {
                        tooLong = multiplyByTen(&significand, adding: 0) || tooLong
                    }
                    waitingZeros = 0
                    tooLong = multiplyByTen(&significand, adding: UInt64(byte - 0x30)) || tooLong
                }
            } else {
                break
            }
            offset += 1
        }
        exponent += writtenExponent(text, from: offset + 1, to: end) + waitingZeros

        if significand == 0 && !tooLong { return 0 }
        if isNegative { throw .negative(field) }
        if exponent < 0 { throw .fractional(field) }
        guard !tooLong, exponent < 20 else { throw .overflow(field) }
        for _ in 0..<exponent where multiplyByTen(&significand, adding: 0) {
            throw .overflow(field)
        }
        guard let count = Int64(exactly: significand) else { throw .overflow(field) }
        return count
    }

    /// Returns whether the product was too large; `value` then stays above zero.
    private static func multiplyByTen(_ value: inout UInt64, adding digit: UInt64) -> Bool {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(digit)
        value = overflow || carry ? .max : sum
        return overflow || carry
    }

    /// The number after `e`, held within bounds that no line's digits can make up for.
    private static func writtenExponent(_ text: RawSpan, from start: Int, to end: Int) -> Int {
        var exponent = 0
        var isNegative = false
        for offset in stride(from: start, to: end, by: 1) {
            let byte = text.byte(at: offset)
            if byte == 0x2d { isNegative = true }
            guard ByteScan.isDigit(byte) else { continue }
            exponent = min(exponent * 10 + Int(byte - 0x30), 1 << 40)
        }
        return isNegative ? -exponent : exponent
    }
}
