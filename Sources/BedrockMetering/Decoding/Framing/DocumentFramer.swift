/// Frames JSON documents and text lines that stand one after another, with or without line ends between
/// them, as Firehose leaves them in S3.
struct DocumentFramer {
    /// Where in the object a text may be an array again that is taken apart, after one has broken: else
    /// each bracket of a long row of them would be looked at with all that follows it.
    var longDocumentsFrom = 0

    /// Frames documents from the window's start on.
    func frame(_ events: inout EventDecider, atEnd: Bool) -> Framing.Progress {
        let text = events.window.text.bytes
        let end = events.window.end
        while true {
            guard !events.batch.isFull else { return .batchIsFull }
            if events.isSkipping { Self.skipToBoundary(&events, atEnd: atEnd) }
            guard !events.isSkipping else { return .needsInput }
            Self.skipSeparators(&events)
            guard events.window.count > 0 else { return .needsInput }
            let start = events.window.start
            guard text.byte(at: start) == 0x7b else {
                switch frameTextRun(&events, atEnd: atEnd) {
                case .framed, .rejected: break
                case .needsInput: return .needsInput
                case .isLong(let document): return .isOver(before: .longDocument(document))
                }
                guard events.payloads.isEmpty else { return .batchIsFull }
                continue
            }
            let stop = events.parser.match(text, from: start, to: end, row: &events.row)
            if stop >= 0, stop &- start <= events.limits.maximumLineSize,
                stop < end ? text.byte(at: stop) == 0x0a || text.byte(at: stop) == 0x7b : atEnd
            {
                events.appendRow(line: events.lineNumber)
                events.window.start = stop
                continue
            }
            if let logEvents = LogEnvelope.startOfLogEvents(text, from: start, to: end) {
                events.advance(to: logEvents)
                return .isOver(before: .logEvents(LogEventFramer()))
            }
            switch frameDocument(&events, atEnd: atEnd) {
            case .framed, .rejected:
                guard events.payloads.isEmpty else { return .batchIsFull }
            case .needsInput: return .needsInput
            case .isLong(let document): return .isOver(before: .longDocument(document))
            }
        }
    }

    /// What became of the document or the text at the window's start.
    enum Step {
        case framed, needsInput
        /// It is too long, and the rest of it is passed as one of documents.
        case rejected
        /// It is too long to be looked at as a whole, and is taken apart.
        case isLong(LongDocumentFramer)
    }

    /// Frames the document at the window's start, which is neither a usage line of a known shape
    /// nor a CloudWatch document.
    private func frameDocument(_ events: inout EventDecider, atEnd: Bool) -> Step {
        let text = events.window.text.bytes
        let start = events.window.start
        let (end, atEnd) = Self.sight(of: events.documentLimit, in: events, atEnd: atEnd)
        var scanner = JSONScanner(from: start, to: end)
        var members = LogEnvelope.LogEventMembers()
        guard (try? scanner.object(text, { members.note($0, $1, text) })) != nil else {
            if scanner.ranOut && !atEnd { return Self.waitOrSkip(&events) }
            return Self.frameBrokenDocument(&events, at: scanner.offset, atEnd: atEnd)
        }
        let documentEnd = scanner.offset
        let next = Self.endOfBlanks(text, from: documentEnd, to: end)
        if next == end && !atEnd { return Self.waitOrSkip(&events) }
        guard next == end || Self.isBoundary(text, at: next, glued: next == documentEnd) else {
            // What follows on the line belongs to the same, broken, event.
            return Self.frameEvent(&events, upToBoundaryAfter: next, atEnd: atEnd)
        }
        if LogEnvelope.mayHoldPayloads(text, from: start, to: documentEnd),
            events.unwrap(
                from: start, to: documentEnd, fault: nil, envelopeTime: events.enclosing?.time,
                eventStart: start, line: events.lineNumber,
                place: UsageUnwrapper.Place(payloads: .event)
            )
        {
            events.advance(to: documentEnd)
            return .framed
        }
        if let event = members.event(text),
            !members.hasOthers || !events.holdsUsageBeside(event, to: documentEnd)
        {
            events.decide(event, eventStart: start, next: documentEnd)
        } else {
            events.decide(
                from: start, to: documentEnd, envelopeTime: nil, eventStart: start,
                next: documentEnd
            )
        }
        return .framed
    }

    /// How far the event at the window's start is looked at, and whether the object ends there. It is
    /// one byte more than the event may have, however much of the object is at hand, so that the
    /// outcome does not depend on how the object comes.
    private static func sight(
        of limit: Int, in events: borrowing EventDecider, atEnd: Bool
    ) -> (end: Int, atEnd: Bool) {
        guard events.window.count > limit else { return (events.window.end, atEnd) }
        let end = events.window.start + limit + 1
        return (end, atEnd && end == events.window.end)
    }

    /// Asks for more input, unless the document is over its limit.
    private static func waitOrSkip(_ events: inout EventDecider) -> Step {
        guard events.window.count > events.documentLimit else { return .needsInput }
        if let document = LongDocumentFramer(&events) { return .isLong(document) }
        events.rejectLongEvent(from: events.window.start, eventStart: events.window.start)
        return .rejected
    }

    /// Frames a document that goes wrong at `offset`: up to the end of its line, or to where another
    /// document seems to begin.
    private static func frameBrokenDocument(
        _ events: inout EventDecider, at offset: Int, atEnd: Bool
    ) -> Step {
        let text = events.window.text.bytes
        let start = events.window.start
        // The fault may be seen only after the next document has begun inside an open string.
        var earlier = min(offset, events.window.end - 1)
        while earlier > start, text.byte(at: earlier) != 0x0a {
            // Where the fault is the brace itself, or the string that it opens, no value stands.
            let isFault = earlier == offset || earlier + 2 == offset
            switch isDocumentStart(events, at: earlier, isFault: isFault, atEnd: atEnd) {
            case true?:
                events.decide(
                    from: start, to: earlier, envelopeTime: nil, eventStart: start, next: earlier
                )
                return .framed
            case nil: return .needsInput
            case false?: break
            }
            if text.byte(at: earlier) == 0x7b { break }
            earlier -= 1
        }
        return frameEvent(&events, upToBoundaryAfter: offset, atEnd: atEnd)
    }

    private static func frameEvent(
        _ events: inout EventDecider, upToBoundaryAfter offset: Int, atEnd: Bool
    ) -> Step {
        let start = events.window.start
        let limit = events.documentLimit
        switch boundary(events, after: offset, within: limit, atEnd: atEnd) {
        case .found(let stop):
            events.decide(from: start, to: stop, envelopeTime: nil, eventStart: start, next: stop)
            return .framed
        case .undecided: return .needsInput
        case .notInSight: return waitOrSkip(&events)
        }
    }

    /// Frames text that is no JSON, up to the end of its line or to a document that follows without
    /// a line end.
    func frameTextRun(_ events: inout EventDecider, atEnd: Bool) -> Step {
        let start = events.window.start
        let limit = events.limits.maximumLineSize
        switch Self.boundary(events, after: start, within: limit, atEnd: atEnd) {
        case .found(let stop):
            // It is one line, or what comes first on it.
            events.decide(
                from: start, to: stop, envelopeTime: nil, eventStart: start, next: stop,
                nextLine: events.lineNumber
            )
        case .undecided: return .needsInput
        case .notInSight:
            guard events.window.count > limit else { return .needsInput }
            if events.window.text.bytes.byte(at: start) == 0x5b,
                events.window.objectOffset(start) >= longDocumentsFrom,
                let document = LongDocumentFramer(&events)
            {
                return .isLong(document)
            }
            events.rejectLongEvent(from: start, eventStart: start)
            return .rejected
        }
        return .framed
    }

    private enum Boundary {
        case found(Int), notInSight
        /// Whether a document begins cannot be told without more input.
        case undecided
    }

    /// The end of the line, or of the text before a document that begins on it.
    private static func boundary(
        _ events: borrowing EventDecider, after start: Int, within limit: Int, atEnd: Bool
    ) -> Boundary {
        let text = events.window.text.bytes
        let (end, isEnd) = sight(of: limit, in: events, atEnd: atEnd)
        // What a container runtime has written ends with its line.
        let isContainerLine =
            ContainerLine.mayBegin(with: text.byte(at: events.window.start))
            && ContainerLine.header(text, from: events.window.start, to: end) != nil
        var offset =
            isContainerLine ? ByteScan.first(0x0a, in: text, from: start, to: end) : start
        var attempts = 0
        while true {
            let brace = ByteScan.firstLineEndOrBrace(in: text, from: offset, to: end)
            guard brace < end else { return isEnd ? .found(end) : .notInSight }
            guard text.byte(at: brace) == 0x7b else { return .found(brace) }
            if attempts < 16, brace > events.window.start {
                guard let isStart = isDocumentStart(events, at: brace, atEnd: atEnd) else {
                    return .undecided
                }
                if isStart { return .found(brace) }
                if text.byte(at: brace + 1) == 0x22 { attempts += 1 }
            }
            offset = brace + 1
        }
    }

    /// Whether a document that stands on its own begins at `offset`: a sound one, or one that is
    /// sound as far as it is looked at, that does not look like a value inside another; nil where
    /// more input is needed, so that the answer does not depend on how the input comes.
    private static func isDocumentStart(
        _ events: borrowing EventDecider, at offset: Int, isFault: Bool = false, atEnd: Bool
    ) -> Bool? {
        let text = events.window.text.bytes
        guard text.byte(at: offset) == 0x7b else { return false }
        switch text.byte(at: offset - 1) {
        case 0x20, 0x2c, 0x3a, 0x3d, 0x5b: if !isFault { return false }
        // Behind text a tab and the like part what belongs to one event: `[INFO]\t{`, `id|{`, `msg='{`.
        case 0x09, 0x27, 0x28, 0x2d, 0x3b, 0x3e, 0x60, 0x7c:
            if text.byte(at: events.window.start) != 0x7b { return false }
        default: break
        }
        guard offset + 1 < events.window.end else { return atEnd ? false : nil }
        guard text.byte(at: offset + 1) == 0x22 else { return false }
        let horizon = offset + (1 << 14)
        var scanner = JSONScanner(from: offset, to: min(horizon, events.window.end))
        if (try? scanner.value(text)) != nil { return true }
        guard scanner.ranOut else { return false }
        return horizon <= events.window.end || atEnd ? true : nil
    }

    /// Whether an event may end before `offset`: at a line's end, at the next document, or at text
    /// that follows a document without a space.
    private static func isBoundary(_ text: RawSpan, at offset: Int, glued: Bool) -> Bool {
        let byte = text.byte(at: offset)
        if byte == 0x0a || byte == 0x7b { return true }
        let isLetter = (0x61...0x7a).contains(byte | 0x20)
        return glued && (isLetter || ByteScan.isDigit(byte) || byte == 0x5b)
    }

    private static func endOfBlanks(_ text: RawSpan, from start: Int, to end: Int) -> Int {
        var offset = start
        while offset < end, text.byte(at: offset) != 0x0a, ByteScan.isSpace(text.byte(at: offset)) {
            offset += 1
        }
        return offset
    }

    /// Passes white space, and what may stand between documents where one before was broken.
    private static func skipSeparators(_ events: inout EventDecider) {
        let text = events.window.text.bytes
        while true {
            events.skipSpaces()
            guard events.window.count > 0 else { return }
            switch text.byte(at: events.window.start) {
            case 0x2c, 0x5d, 0x7d: events.window.start += 1
            default: return
            }
        }
    }

    /// Passes the rest of an event that is too long: up to a line's end, or to where one document
    /// ends and another begins.
    private static func skipToBoundary(_ events: inout EventDecider, atEnd: Bool) {
        let text = events.window.text.bytes
        let end = events.window.end
        var offset = events.window.start + 1
        while offset < end {
            let byte = text.byte(at: offset)
            if byte == 0x0a
                || byte == 0x7b && offset + 1 < end && text.byte(at: offset - 1) == 0x7d
                    && text.byte(at: offset + 1) == 0x22
            {
                events.isSkipping = false
                return events.advance(to: offset)
            }
            offset += 1
        }
        if atEnd { events.isSkipping = false }
        events.advance(to: atEnd ? end : max(events.window.start, end - 2))
    }
}
