/// Cheap looks at bytes that tell whether an event may hold usage, and whether it seems to.
///
/// Every usage line has keys such as `tenant_id` and `input_tokens`, and says `bedrock_token_usage`; what
/// lies inside strings of strings has them as they are, since none needs an escape.
enum UsageHints {
    // MARK: Whether to look at all

    /// Whether usage may lie anywhere in `start..<end`, plain, behind escapes of ASCII, or in Base64;
    /// false alarms cost a closer look and nothing else.
    static func mayHoldUsage(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        var offset = start
        while true {
            offset = ByteScan.firstUnderscoreOrBackslash(in: text, from: offset, to: end)
            guard offset + 6 <= end else { break }
            if text.byte(at: offset) == 0x5f {
                // "_token", and "tenant_id" of a line that is cut
                if text.word(at: offset) & 0xffff_ffff_ffff == 0x6e65_6b6f_745f { return true }
                if offset >= start + 6, text.word(at: offset - 6) == 0x695f_746e_616e_6574 {
                    return true
                }
            } else if text.word(at: offset) & 0xffff_ffff == 0x3030_755c,
                (0x32...0x37).contains(text.byte(at: offset + 4))
            {
                return true
            }
            offset += 1
        }
        return holdsBase64(text, from: start, to: end)
    }

    /// Any run of Base64 that may be a compressed document is long enough to cover a whole block.
    private static let blockSize = 64

    private static func holdsBase64(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        ByteScan.checkPadding(of: text, from: start, to: end)
        var block = start
        while block &+ blockSize <= end {
            // Most text has a blank or a quote among any few bytes.
            if ByteScan.hasBlankOrQuote(in: text, at: block) {
                block &+= blockSize
                continue
            }
            var offset = block
            while offset < block + blockSize, isBase64(text.byte(at: offset)) { offset += 1 }
            if offset == block + blockSize { return true }
            block &+= blockSize
        }
        return false
    }

    /// Whether a byte may stand in Base64 inside a JSON string, in which slashes may be escaped.
    @inline(__always)
    static func isBase64(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte | 0x20) || (0x2f...0x39).contains(byte) || byte == 0x2b
            || byte == 0x3d || byte == 0x5c
    }

    // MARK: Whether text seems to be usage

    /// Whether `start..<end` holds `bedrock_token_usage`, whose letters may be escaped.
    static func mentionsUsage(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        if ByteScan.contains("bedrock_token_usage", in: text, from: start, to: end) { return true }
        guard ByteScan.contains("\\u00", in: text, from: start, to: end) else { return false }
        return (start..<end).contains { offset in
            let byte = text.byte(at: offset)
            // Each run of backslashes is looked at from its beginning alone.
            let mayBegin =
                byte == 0x62
                || byte == 0x5c && (offset == start || text.byte(at: offset - 1) != 0x5c)
            return mayBegin
                && isEscapedMarker(text, from: offset, to: end)
        }
    }

    private static func isEscapedMarker(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        var offset = start
        for letter in UsageRecord.eventType.utf8 {
            guard offset < end else { return false }
            if text.byte(at: offset) == letter {
                offset += 1
                continue
            }
            // Strings inside strings have their backslashes doubled.
            let first = offset
            while offset < end, text.byte(at: offset) == 0x5c { offset += 1 }
            guard
                offset > first, offset + 5 <= end, text.byte(at: offset) == 0x75,
                JSONString.hexadecimal(text, at: offset + 1) == UInt32(letter)
            else { return false }
            offset += 5
        }
        return true
    }

    /// Whether text that is no JSON, or is cut, seems to hold a usage line.
    ///
    /// - Parameter isOther: whether it belongs to an event of another type, which may name usage in
    ///   prose.
    static func looksLikeUsage(
        _ text: RawSpan, from start: Int, to end: Int, isOther: Bool
    ) -> Bool {
        if mentionsUsage(text, from: start, to: end) {
            return !isOther || mayHoldLine(text, from: start, to: end)
        }
        return isCutLine(text, from: start, to: end)
    }

    /// Whether text that mentions usage may hold a line of it.
    static func mayHoldLine(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        ByteScan.first(0x7b, in: text, from: start, to: end) < end
            || ByteScan.contains("_tokens", in: text, from: start, to: end)
            || ByteScan.contains("tenant_id", in: text, from: start, to: end)
    }

    /// Whether the text has a usage line's first keys, and names no type of event.
    private static func isCutLine(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        func value(of key: StaticString) -> Int? {
            startOfValue(of: key, text, from: start, to: end)
        }
        guard
            value(of: "tenant_id") != nil,
            value(of: "model_id") ?? value(of: "input_tokens") ?? value(of: "output_tokens") != nil
        else { return false }
        guard let type = value(of: "event_type") else { return true }
        // The name of the type may be cut.
        let quote = ByteScan.first(0x22, in: text, from: type, to: end)
        return ByteScan.first(0x22, in: text, from: min(quote + 1, end), to: end) == end
    }

    /// Where the value begins of a `key` that stands in quotes, escaped or not, before a colon.
    private static func startOfValue(
        of key: StaticString, _ text: RawSpan, from start: Int, to end: Int
    ) -> Int? {
        var offset = start
        while let next = ByteScan.find(key, in: text, from: offset, to: end) {
            offset = next + key.utf8CodeUnitCount
            while offset < end, text.byte(at: offset) == 0x5c { offset += 1 }
            guard offset < end, text.byte(at: offset) == 0x22 else { continue }
            offset = ByteScan.skipSpaces(in: text, from: offset + 1, to: end)
            if offset < end, text.byte(at: offset) == 0x3a { return offset + 1 }
        }
        return nil
    }
}
