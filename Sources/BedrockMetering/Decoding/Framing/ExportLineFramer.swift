/// Frames the lines of an export task.
///
/// An event begins at a line with a header and goes on until the next such line, since CloudWatch
/// does not escape line ends in messages. Once its first line is a whole usage record the event is
/// taken to end there; lines that follow without a header are then events of their own.
struct ExportLineFramer {
    private let style: ExportLineHeader.Style
    /// Of the times before lines.
    private var headerTimes = TimestampParser()

    init(_ style: ExportLineHeader.Style) {
        self.style = style
    }

    /// Frames events from the window's start on.
    mutating func frame(_ events: inout EventDecider, atEnd: Bool) -> Framing.Progress {
        while true {
            takeKnownLines(&events, atEnd: atEnd)
            guard !events.batch.isFull else { return .batchIsFull }
            guard frameEvent(&events, atEnd: atEnd) else { return .needsInput }
            guard events.payloads.isEmpty else { return .batchIsFull }
        }
    }

    /// The fast path: headers, each with a line of a known shape and its end.
    ///
    /// A function of its own, so that what it calls for each line is compiled into it.
    @inline(never)
    private mutating func takeKnownLines(_ events: inout EventDecider, atEnd: Bool) {
        guard !events.isSkipping else { return }
        let text = events.window.text.bytes
        let end = events.window.end
        let limit = events.limits.maximumLineSize
        var start = events.window.start
        var number = events.lineNumber
        while !events.batch.isFull,
            let header = ExportLineHeader.size(style, text, at: start, to: end)
        {
            let message = start &+ header
            let stop = events.parser.match(text, from: message, to: end, row: &events.row)
            guard
                stop >= 0, stop < end ? text.byte(at: stop) == 0x0a : atEnd,
                stop &- message <= limit
            else { break }
            events.appendRow(line: number)
            if ZoneWatch.samples(events.counts.usage) {
                let time = ExportLineHeader.time(style, text, at: start, &headerTimes)
                events.compareZone(with: time, from: message, to: stop)
            }
            start = min(stop &+ 1, end)
            number &+= 1
            // A message that was printed ends in a line end of its own.
            while start < end, text.byte(at: start) == 0x0a {
                start &+= 1
                number &+= 1
            }
        }
        events.window.start = start
        events.lineNumber = number
    }

    /// Frames one event of any form; returns false where more input is needed.
    private mutating func frameEvent(_ events: inout EventDecider, atEnd: Bool) -> Bool {
        let text = events.window.text.bytes
        let start = events.window.start
        let end = events.window.end
        if events.isSkipping { return Self.skipLine(&events) }
        guard start < end else { return false }

        let header = ExportLineHeader.size(style, text, at: start, to: end)
        if header == nil && end - start < ExportLineHeader.maximumSize && !atEnd { return false }
        let message = start + (header ?? 0)
        let firstEnd = ByteScan.first(0x0a, in: text, from: message, to: end)
        if firstEnd == end && !atEnd {
            guard end - message > events.limits.maximumLineSize else { return false }
            events.rejectLongEvent(from: message, eventStart: start)
            return true
        }
        let envelopeTime =
            header == nil ? nil : ExportLineHeader.time(style, text, at: start, &headerTimes)
        var eventEnd = firstEnd
        if header != nil, !Self.isUsageLine(&events, from: message, to: firstEnd) {
            switch endOfEvent(events, from: message, firstEnd: firstEnd, atEnd: atEnd) {
            case .found(let offset): eventEnd = offset
            case .needsInput: return false
            case .tooLong: break
            }
        }
        let hasText = ByteScan.skipSpaces(in: text, from: message, to: eventEnd) < eventEnd
        let next = min(eventEnd + 1, end)
        if header != nil || hasText {
            events.decide(
                from: message, to: eventEnd, envelopeTime: envelopeTime, eventStart: start,
                next: next
            )
        } else {
            events.advance(to: next)
        }
        return true
    }

    private static func isUsageLine(
        _ events: inout EventDecider, from start: Int, to end: Int
    ) -> Bool {
        let text = events.window.text.bytes
        return events.parser.match(text, from: start, to: end, row: &events.row) == end
    }

    private enum EventEnd {
        case found(Int), needsInput, tooLong
    }

    /// Where the event ends whose message begins at `start` and whose first line ends at `firstEnd`:
    /// before the next header.
    private func endOfEvent(
        _ events: borrowing EventDecider, from start: Int, firstEnd: Int, atEnd: Bool
    ) -> EventEnd {
        let text = events.window.text.bytes
        let end = events.window.end
        var eventEnd = firstEnd
        while eventEnd < end {
            let next = eventEnd + 1
            if ExportLineHeader.size(style, text, at: next, to: end) != nil { break }
            if end - next < ExportLineHeader.maximumSize && !atEnd { return .needsInput }
            let lineEnd = ByteScan.first(0x0a, in: text, from: next, to: end)
            // Too long as one event, it is taken line by line.
            guard lineEnd - start <= events.limits.maximumLineSize else { return .tooLong }
            if lineEnd == end && !atEnd { return .needsInput }
            eventEnd = lineEnd
        }
        return .found(eventEnd)
    }

    /// Passes the rest of a line that is too long; returns false where its end is not in sight.
    private static func skipLine(_ events: inout EventDecider) -> Bool {
        let lineEnd = ByteScan.first(
            0x0a, in: events.window.text.bytes, from: events.window.start, to: events.window.end
        )
        events.isSkipping = lineEnd == events.window.end
        events.advance(to: min(lineEnd + 1, events.window.end))
        return !events.isSkipping
    }
}
