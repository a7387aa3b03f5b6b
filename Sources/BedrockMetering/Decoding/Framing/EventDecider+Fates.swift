internal import Gzip

/// What becomes of an event.
extension EventDecider {
    /// Decides the message in `start..<end` of the window, counts it, and moves on to `next`.
    ///
    /// Where the message as a whole is unsound but one of its lines is a usage line, each line is
    /// an event of its own, and only the first has the envelope's time.
    ///
    /// - Parameters:
    ///   - eventStart: where the event that holds the message begins in the window.
    ///   - isUnescaped: whether the message's lines are none of the object's, so that all lie where
    ///     the event begins.
    ///   - nextLine: the number of the line that holds `next`; counted where it is not given.
    mutating func decide(
        from start: Int, to end: Int, envelopeTime: Int64?, eventStart: Int,
        isUnescaped: Bool = false, next: Int, nextLine: Int? = nil
    ) {
        let text = window.text.bytes
        // Counted before names are unescaped in place, which may make line ends.
        let nextLine = nextLine ?? lineNumber(at: next)
        var line = lineNumber(at: eventStart)
        defer {
            lineNumber = nextLine
            window.start = next
        }
        guard
            !takePiece(
                from: start, to: end, envelopeTime: envelopeTime, eventStart: eventStart, line: line
            )
        else { return }
        let end = ByteScan.endOfText(in: text, from: start, to: end)
        // Where the lines are counted, they need not be looked for.
        let isOneLine = !isUnescaped && nextLine == line
        let firstEnd =
            isOneLine ? end : ByteScan.first(0x0a, in: text, from: start, to: end)
        guard firstEnd < end, holdsUsageLineAmongOthers(from: start, to: end) else {
            return decideWhole(
                from: start, to: end, envelopeTime: envelopeTime, eventStart: eventStart, line: line
            )
        }
        decideWhole(
            from: start, to: firstEnd, envelopeTime: envelopeTime, eventStart: eventStart,
            line: line
        )
        var lineStart = firstEnd + 1
        while lineStart < end {
            if !isUnescaped { line += 1 }
            let lineEnd = ByteScan.first(0x0a, in: text, from: lineStart, to: end)
            if ByteScan.skipSpaces(in: text, from: lineStart, to: lineEnd) < lineEnd {
                decideWhole(
                    from: lineStart, to: lineEnd, envelopeTime: nil,
                    eventStart: isUnescaped ? eventStart : lineStart, line: line
                )
            }
            lineStart = lineEnd + 1
        }
    }

    /// Whether the message in `start..<end` is no sound JSON, but one of its lines is a usage line.
    private func holdsUsageLineAmongOthers(from start: Int, to end: Int) -> Bool {
        guard UsageHints.mentionsUsage(window.text.bytes, from: start, to: end) else {
            return false
        }
        // A copy, since parsing may change the text.
        var copy = window.bytes(from: start, to: end)
        let size = copy.count
        copy += [UInt8](repeating: 0, count: ByteScan.padding)
        return copy.withUnsafeMutableBytes { memory in
            let text = UnsafeRawBufferPointer(memory).bytes
            var scanner = JSONScanner(from: 0, to: size)
            if (try? scanner.value(text)) != nil, scanner.ranOut { return false }
            var parser = UsageMessageParser(maximumNameSize: .max)
            var row = UsageBatchRow()
            var lineStart = 0
            while lineStart < size {
                let lineEnd = ByteScan.first(0x0a, in: text, from: lineStart, to: size)
                let outcome = parser.parse(
                    memory, from: lineStart, to: lineEnd, envelopeTime: 0, row: &row
                )
                // Time and names are checked when the line is decided.
                if outcome == .usage || outcome == .rejected(.timestampOutOfRange) { return true }
                lineStart = lineEnd + 1
            }
            return false
        }
    }

    private mutating func decideWhole(
        from start: Int, to end: Int, envelopeTime: Int64?, eventStart: Int, line: Int
    ) {
        guard end - start <= limits.maximumLineSize else {
            return reject(.lineTooLong, from: start, to: end, eventStart: eventStart, line: line)
        }
        let stop = parser.match(window.text.bytes, from: start, to: end, row: &row)
        if stop == end {
            appendRow(line: line)
            return compareZone(with: envelopeTime, from: start, to: end)
        }
        let envelopeTime = envelopeTime ?? enclosing?.time
        let outcome = parser.parse(
            window.memory, from: start, to: end, envelopeTime: envelopeTime, row: &row
        )
        let fault: RejectionReason?
        let isRejected: Bool
        switch outcome {
        case .usage:
            appendRow(line: line)
            return compareZone(with: envelopeTime, from: start, to: end)
        case .rejected(let reason):
            return reject(
                reason, from: start, to: end, time: envelopeTime, eventStart: eventStart,
                line: line
            )
        case .otherEvent:
            fault = nil
            isRejected = false
        case .unsound(let reason, let claimsUsage):
            fault = reason
            isRejected = claimsUsage
        }
        if unwrap(
            from: start, to: end, fault: fault, envelopeTime: envelopeTime,
            eventStart: eventStart, line: line
        ) {
            return
        }
        guard isRejected || !isReadable(from: start, to: end) else {
            return counts.foreign += 1
        }
        let reason = isRejected ? fault ?? .notText : .notText
        reject(
            reason, from: start, to: end, time: envelopeTime, eventStart: eventStart, line: line
        )
    }

    /// Takes `row` as a record.
    ///
    /// - Parameter line: where its event begins.
    @inline(__always)
    mutating func appendRow(line: Int) {
        row.line = UInt32(truncatingIfNeeded: line)
        counts.usage &+= 1
        if row.tokens.sumOfParts != row.tokens.total { counts.totalMismatches &+= 1 }
        let (start, size) = (Int(row.request.start), Int(row.request.size))
        if start > 0, PlaceholderID.matches(window.text.bytes, from: start, size: size) {
            counts.placeholderIDs &+= 1
            row.request = TextSlice(from: start, to: start)
        }
        batch.rows.append(row)
    }

    private func isReadable(from start: Int, to end: Int) -> Bool {
        UnsoundBytes.mayBeText(UnsafeRawBufferPointer(rebasing: window.text[start..<end]))
    }

    /// Compares the time of the usage line that was taken last, in `start..<end`, with its envelope's, if
    /// the line is one of those that are looked at.
    @inline(never)
    mutating func compareZone(with envelopeTime: Int64?, from start: Int, to end: Int) {
        guard let envelopeTime, ZoneWatch.samples(counts.usage) else { return }
        let text = window.text.bytes
        zones.compare(counts.usage, row.time, with: envelopeTime) {
            ZoneWatch.hasZone(text, from: start, to: end)
        }
    }

    mutating func reject(
        _ reason: RejectionReason, from start: Int, to end: Int, time: Int64? = nil,
        eventStart: Int, line: Int
    ) {
        let size = min(end - start, limits.maximumLineSize)
        reject(
            reason, bytes: window.bytes(from: start, to: start + size), of: end - start,
            time: time, eventStart: eventStart, line: line
        )
    }

    /// - Parameter size: how many bytes there were before they were cut to the limit.
    mutating func reject(
        _ reason: RejectionReason, bytes: [UInt8], of size: Int? = nil, time: Int64? = nil,
        eventStart: Int, line: Int
    ) {
        counts.rejected += 1
        if !bytes.withUnsafeBytes({ UnsoundBytes.mayBeText($0) }) {
            let offset = window.objectOffset(eventStart)
            if unreadable.size == 0 { unreadable.byteOffset = offset }
            unreadable.size += size ?? bytes.count
        }
        rejected.append(
            RejectedLine(
                number: enclosed(line), byteOffset: placeInObject(eventStart), reason: reason,
                time: time.map { EventTime(microseconds: $0) }, bytes: bytes
            )
        )
    }
}
