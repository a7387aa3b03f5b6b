/// How usage lines are found in texts: those of strings, and events that are no JSON as a whole.
extension UsageUnwrapper {
    /// Looks through the text in `start..<end`: JSON, several values of it, or JSON behind other text.
    mutating func walkText(from start: Int, to end: Int, _ place: Place) {
        let text = text.bytes
        let start = ByteScan.skipSpaces(in: text, from: start, to: end)
        let end = ByteScan.endOfText(in: text, from: start, to: end)
        guard start < end else { return }
        if let values = values(from: start, to: end) {
            for value in values { walk(value, place) }
            return
        }
        guard isBrokenObject(from: start, to: end) else {
            return walkProse(from: start, to: end, place)
        }
        if UsageHints.looksLikeUsage(text, from: start, to: end, isOther: place.isOther) {
            add(.obscured(.notUnwrapped))
        }
    }

    /// The JSON values that the text consists of, with nothing but spaces and commas between them.
    private func values(from start: Int, to end: Int) -> [JSONScanner.Value]? {
        let text = text.bytes
        var values: [JSONScanner.Value] = []
        var scanner = JSONScanner(from: start, to: end)
        while true {
            switch text.byte(at: scanner.offset) {
            case 0x7b, 0x5b: break
            // A text of text is a single one.
            case 0x22: if !values.isEmpty { return nil }
            default: return nil
            }
            guard let value = try? scanner.value(text) else { return nil }
            values.append(value)
            _ = scanner.take(0x2c, text)
            scanner.skipSpaces(text)
            if scanner.ranOut { return values }
            if value.kind == .string { return nil }
        }
    }

    /// Whether the text, which is no sound JSON, begins like an object; parts of it are not taken.
    private func isBrokenObject(from start: Int, to end: Int) -> Bool {
        let text = text.bytes
        guard text.byte(at: start) == 0x7b else { return false }
        let next = ByteScan.skipSpaces(in: text, from: start + 1, to: end)
        return next < end && text.byte(at: next) == 0x22
    }

    /// Looks for JSON objects, and quoted ones, among other text.
    private mutating func walkProse(from start: Int, to end: Int, _ place: Place) {
        let text = text.bytes
        var place = place
        place.time = EnclosingTime.prefix(text, from: start, to: end) ?? place.time
        let count = findings.count
        var rest = Rest()
        var restStart = start
        var offset = start
        // Braces that open nothing make each scan end at once; what is made to be slow is given up.
        var budget = 16 * (end - start) + 1 << 16
        while budget > 0 {
            let brace = ByteScan.first(0x7b, in: text, from: offset, to: end)
            guard brace < end else { break }
            var scanner = JSONScanner(from: brace, to: end)
            let isQuoted =
                brace > start && text.byte(at: brace - 1) == 0x22 && brace + 1 < end
                && text.byte(at: brace + 1) == 0x5c
            let value =
                isQuoted
                ? try? scanner.string(text) : try? scanner.value(text)
            if let value {
                rest.note(text, from: restStart, to: brace, isOther: place.isOther)
                walk(value, place)
                restStart = scanner.offset
                offset = scanner.offset
            } else {
                budget -= scanner.offset - brace
                offset = brace + 1
            }
        }
        rest.note(text, from: restStart, to: end, isOther: place.isOther)
        if findings.count == count ? rest.looksLikeUsage : rest.holdsLine {
            add(.obscured(.notUnwrapped))
        }
    }

    /// What text says that stands around sound objects.
    private struct Rest {
        var looksLikeUsage = false
        /// Whether it is more than a name before what was found.
        var holdsLine = false

        mutating func note(_ text: RawSpan, from start: Int, to end: Int, isOther: Bool) {
            guard
                UsageHints.looksLikeUsage(text, from: start, to: end, isOther: isOther)
            else { return }
            looksLikeUsage = true
            if ByteScan.first(0x7b, in: text, from: start, to: end) < end { holdsLine = true }
        }
    }
}

extension ByteScan {
    /// The end of the text in `start..<end` without the spaces and terminal colours after it.
    static func endOfText(in text: RawSpan, from start: Int, to end: Int) -> Int {
        var end = end
        while end > start {
            let byte = text.byte(at: end - 1)
            if isSpace(byte) {
                end -= 1
                continue
            }
            guard byte == 0x6d else { break }
            // ESC [ digits and semicolons m
            var offset = end - 1
            while offset > start, (0x30...0x3b).contains(text.byte(at: offset - 1)) { offset -= 1 }
            guard offset - 2 >= start, text.byte(at: offset - 1) == 0x5b,
                text.byte(at: offset - 2) == 0x1b
            else { break }
            end = offset - 2
        }
        return end
    }
}
