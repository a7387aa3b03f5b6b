/// How the lines of an export task are framed.
///
/// An event begins at a line with a header and goes on until the next such line, since CloudWatch
/// does not escape line ends in messages. Once its first line is a whole usage record the event is
/// taken to end there; lines that follow without a header are then events of their own.
extension DecodingSession {
    /// Frames events from the window's start on.
    mutating func frameExportLines(
        _ style: ExportLineHeader.Style, atEnd: Bool
    ) -> Progress {
        while true {
            takeKnownLines(style, atEnd: atEnd)
            guard !batch.isFull else { return .batchIsFull }
            guard frameExportEvent(style, atEnd: atEnd) else { return .needsInput }
            guard payloads.isEmpty else { return .batchIsFull }
        }
    }

    /// The fast path: headers, each with a line of a known shape and its end.
    ///
    /// A function of its own, so that what it calls for each line is compiled into it.
    @inline(never)
    private mutating func takeKnownLines(_ style: ExportLineHeader.Style, atEnd: Bool) {
        let text = window.text.bytes
        let end = window.end
        var start = window.start
        var number = lineNumber
        while !isSkipping, !batch.isFull,
            let header = ExportLineHeader.size(style, text, at: start, to: end)
        {
            let message = start &+ header
            let stop = parser.match(text, from: message, to: end, row: &row)
            guard
                stop >= 0, stop < end ? text.byte(at: stop) == 0x0a : atEnd,
                stop &- message <= limits.maximumLineSize
            else { break }
            appendRow(line: number)
            if ZoneWatch.samples(counts.usage) {
                let time = ExportLineHeader.time(style, text, at: start, &headerTimes)
                compareZone(with: time, from: message, to: stop)
            }
            start = min(stop &+ 1, end)
            number &+= 1
            // A message that was printed ends in a line end of its own.
            while start < end, text.byte(at: start) == 0x0a {
                start &+= 1
                number &+= 1
            }
        }
        window.start = start
        lineNumber = number
    }

    /// Frames one event of any form; returns false where more input is needed.
    private mutating func frameExportEvent(
        _ style: ExportLineHeader.Style, atEnd: Bool
    ) -> Bool {
        let text = window.text.bytes
        let start = window.start
        let end = window.end
        if isSkipping { return skipLine() }
        guard start < end else { return false }

        let header = ExportLineHeader.size(style, text, at: start, to: end)
        if header == nil && end - start < ExportLineHeader.maximumSize && !atEnd { return false }
        let message = start + (header ?? 0)
        let firstEnd = ByteScan.first(0x0a, in: text, from: message, to: end)
        if firstEnd == end && !atEnd {
            guard end - message > limits.maximumLineSize else { return false }
            rejectLongEvent(from: message, eventStart: start)
            return true
        }
        let envelopeTime =
            header == nil ? nil : ExportLineHeader.time(style, text, at: start, &headerTimes)
        var eventEnd = firstEnd
        if header != nil, !isUsageLine(text, from: message, to: firstEnd) {
            switch endOfEvent(style, from: message, firstEnd: firstEnd, atEnd: atEnd) {
            case .found(let offset): eventEnd = offset
            case .needsInput: return false
            case .tooLong: break
            }
        }
        let hasText = ByteScan.skipSpaces(in: text, from: message, to: eventEnd) < eventEnd
        let next = min(eventEnd + 1, end)
        if header != nil || hasText {
            decide(
                from: message, to: eventEnd, envelopeTime: envelopeTime, eventStart: start,
                next: next
            )
        } else {
            advance(to: next)
        }
        return true
    }

    private mutating func isUsageLine(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        parser.match(text, from: start, to: end, row: &row) == end
    }

    private enum EventEnd {
        case found(Int), needsInput, tooLong
    }

    /// Where the event ends whose message begins at `start` and whose first line ends at `firstEnd`:
    /// before the next header.
    private func endOfEvent(
        _ style: ExportLineHeader.Style, from start: Int, firstEnd: Int, atEnd: Bool
    ) -> EventEnd {
        let text = window.text.bytes
        let end = window.end
        var eventEnd = firstEnd
        while eventEnd < end {
            let next = eventEnd + 1
            if ExportLineHeader.size(style, text, at: next, to: end) != nil { break }
            if end - next < ExportLineHeader.maximumSize && !atEnd { return .needsInput }
            let lineEnd = ByteScan.first(0x0a, in: text, from: next, to: end)
            // Too long as one event, it is taken line by line.
            guard lineEnd - start <= limits.maximumLineSize else { return .tooLong }
            if lineEnd == end && !atEnd { return .needsInput }
            eventEnd = lineEnd
        }
        return .found(eventEnd)
    }

    /// Rejects an event whose end is not in sight, and passes the rest of it.
    mutating func rejectLongEvent(from message: Int, eventStart: Int) {
        reject(
            .lineTooLong, from: message, to: window.end, eventStart: eventStart, line: lineNumber
        )
        isSkipping = true
        // What is stored is passed, so that each such event moves the window on.
        advance(to: message + limits.maximumLineSize)
    }

    /// Passes the rest of a line that is too long; returns false where its end is not in sight.
    private mutating func skipLine() -> Bool {
        let lineEnd = ByteScan.first(
            0x0a, in: window.text.bytes, from: window.start, to: window.end
        )
        isSkipping = lineEnd == window.end
        advance(to: min(lineEnd + 1, window.end))
        return !isSkipping
    }
}
