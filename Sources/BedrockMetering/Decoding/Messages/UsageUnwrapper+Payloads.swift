internal import Gzip

/// How Base64 is taken out of events.
extension UsageUnwrapper {
    /// Takes the string for a payload where it is one; returns whether that is all there is to it.
    ///
    /// Where Lambda, Kinesis and Firehose put payloads, all Base64 is one. Elsewhere it is one only if
    /// usage is seen in what it stands for.
    mutating func takePayload(_ value: JSONScanner.Value, _ place: Place) -> Bool {
        let text = text.bytes
        let isExpected = place.payloads == .payload
        guard isExpected || isBase64(value, text) else { return false }
        guard let payload = decode(value, text) else {
            guard isExpected else { return false }
            // Somebody may have decoded it already.
            if !UsageHints.mayHoldUsage(text, from: value.start, to: value.end) {
                add(.unreadablePayload(JSONString.copy(value, text)))
                return true
            }
            return false
        }
        guard isExpected || mentionsUsage(payload) else { return false }
        add(.payload(payload, time: place.time))
        return true
    }

    private func isBase64(_ value: JSONScanner.Value, _ text: RawSpan) -> Bool {
        value.end - value.start >= 128
            && (value.start..<value.end).allSatisfy { UsageHints.isBase64(text.byte(at: $0)) }
    }

    private func decode(_ value: JSONScanner.Value, _ text: RawSpan) -> [UInt8]? {
        guard value.hasEscapes else {
            return Base64.decode(text, from: value.start, to: value.end)
        }
        let encoded = JSONString.copy(value, text)
        return Base64.decode(encoded.span.bytes, from: 0, to: encoded.count)
    }

    private mutating func mentionsUsage(_ payload: [UInt8]) -> Bool {
        do throws(GzipError) {
            return try EncodedPayload.mentionsUsage(payload, within: budget)
        } catch {
            exceedBudget()
            return true
        }
    }
}
