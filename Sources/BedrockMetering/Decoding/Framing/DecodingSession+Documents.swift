/// How JSON documents and text lines are framed that stand one after another, with or without line
/// ends between them, as Firehose leaves them in S3.
extension DecodingSession {
    /// Frames documents from the window's start on; nil once the framing has changed.
    mutating func frameDocuments(atEnd: Bool) -> Progress? {
        let text = window.text.bytes
        let end = window.end
        while true {
            guard !batch.isFull else { return .batchIsFull }
            if isSkipping { skipToBoundary(atEnd: atEnd) }
            guard !isSkipping else { return .needsInput }
            skipSeparators()
            guard window.count > 0 else { return .needsInput }
            let start = window.start
            guard text.byte(at: start) == 0x7b else {
                guard frameTextRun(atEnd: atEnd) else { return .needsInput }
                guard payloads.isEmpty else { return .batchIsFull }
                guard case .documents = framing else { return nil }
                continue
            }
            let stop = parser.match(text, from: start, to: end, row: &row)
            if stop >= 0, stop &- start <= limits.maximumLineSize,
                stop < end ? text.byte(at: stop) == 0x0a || text.byte(at: stop) == 0x7b : atEnd
            {
                appendRow(line: lineNumber)
                window.start = stop
                continue
            }
            if let logEvents = LogEnvelope.startOfLogEvents(text, from: start, to: end) {
                advance(to: logEvents)
                framing = .logEvents(LogEvents())
                return nil
            }
            switch frameDocument(atEnd: atEnd) {
            case .framed:
                guard payloads.isEmpty else { return .batchIsFull }
                guard case .documents = framing else { return nil }
            case .needsInput: return .needsInput
            }
        }
    }

    private enum DocumentProgress {
        case framed, needsInput
    }

    /// Frames the document at the window's start, which is neither a usage line of a known shape
    /// nor a CloudWatch document.
    private mutating func frameDocument(atEnd: Bool) -> DocumentProgress {
        let text = window.text.bytes
        let start = window.start
        let (end, atEnd) = sight(of: documentLimit, atEnd: atEnd)
        var scanner = JSONScanner(from: start, to: end)
        var members = LogEnvelope.LogEventMembers()
        guard (try? scanner.object(text, { members.note($0, $1, text) })) != nil else {
            if scanner.ranOut && !atEnd { return waitOrSkip() }
            return frameBrokenDocument(at: scanner.offset, atEnd: atEnd)
        }
        let documentEnd = scanner.offset
        let next = endOfBlanks(text, from: documentEnd, to: end)
        if next == end && !atEnd { return waitOrSkip() }
        guard next == end || isBoundary(text, at: next, glued: next == documentEnd) else {
            // What follows on the line belongs to the same, broken, event.
            return frameEvent(upToBoundaryAfter: next, atEnd: atEnd)
        }
        if LogEnvelope.mayHoldPayloads(text, from: start, to: documentEnd),
            unwrap(
                from: start, to: documentEnd, fault: nil, envelopeTime: enclosing?.time,
                eventStart: start, line: lineNumber,
                place: UsageUnwrapper.Place(payloads: .event)
            )
        {
            advance(to: documentEnd)
            return .framed
        }
        if let event = members.event(text),
            !members.hasOthers || !holdsUsageBeside(event, to: documentEnd)
        {
            decide(event, eventStart: start, next: documentEnd)
        } else {
            decide(
                from: start, to: documentEnd, envelopeTime: nil, eventStart: start,
                next: documentEnd
            )
        }
        return .framed
    }

    /// Bytes that the document at the window's start may have.
    var documentLimit: Int {
        max(
            limits.maximumLineSize,
            LogEnvelope.mayHoldPayloads(window.text.bytes, from: window.start, to: window.end)
                ? LogEnvelope.maximumPayloadSize(inside: nesting) : 0
        )
    }

    /// How far the event at the window's start is looked at, and whether the object ends there. It is
    /// one byte more than the event may have, however much of the object is at hand, so that the
    /// outcome does not depend on how the object comes.
    private func sight(of limit: Int, atEnd: Bool) -> (end: Int, atEnd: Bool) {
        guard window.count > limit else { return (window.end, atEnd) }
        let end = window.start + limit + 1
        return (end, atEnd && end == window.end)
    }

    /// Asks for more input, unless the document is over its limit.
    private mutating func waitOrSkip() -> DocumentProgress {
        guard window.count > documentLimit else { return .needsInput }
        if beginLongDocument() { return .framed }
        rejectLongEvent(from: window.start, eventStart: window.start)
        return .framed
    }

    /// Frames a document that goes wrong at `offset`: up to the end of its line, or to where another
    /// document seems to begin.
    private mutating func frameBrokenDocument(at offset: Int, atEnd: Bool) -> DocumentProgress {
        let text = window.text.bytes
        let start = window.start
        // The fault may be seen only after the next document has begun inside an open string.
        var earlier = min(offset, window.end - 1)
        while earlier > start, text.byte(at: earlier) != 0x0a {
            // Where the fault is the brace itself, or the string that it opens, no value stands.
            let isFault = earlier == offset || earlier + 2 == offset
            switch isDocumentStart(text, at: earlier, isFault: isFault, atEnd: atEnd) {
            case true?:
                decide(
                    from: start, to: earlier, envelopeTime: nil, eventStart: start, next: earlier
                )
                return .framed
            case nil: return .needsInput
            case false?: break
            }
            if text.byte(at: earlier) == 0x7b { break }
            earlier -= 1
        }
        return frameEvent(upToBoundaryAfter: offset, atEnd: atEnd)
    }

    private mutating func frameEvent(
        upToBoundaryAfter offset: Int, atEnd: Bool
    ) -> DocumentProgress {
        let start = window.start
        switch boundary(after: offset, within: documentLimit, atEnd: atEnd) {
        case .found(let stop):
            decide(from: start, to: stop, envelopeTime: nil, eventStart: start, next: stop)
            return .framed
        case .undecided: return .needsInput
        case .notInSight: return waitOrSkip()
        }
    }

    /// Frames text that is no JSON, up to the end of its line or to a document that follows without
    /// a line end; returns false where more input is needed.
    mutating func frameTextRun(atEnd: Bool) -> Bool {
        let start = window.start
        switch boundary(after: start, within: limits.maximumLineSize, atEnd: atEnd) {
        case .found(let stop):
            // It is one line, or what comes first on it.
            decide(
                from: start, to: stop, envelopeTime: nil, eventStart: start, next: stop,
                nextLine: lineNumber
            )
        case .undecided: return false
        case .notInSight:
            guard window.count > limits.maximumLineSize else { return false }
            if window.text.bytes.byte(at: start) == 0x5b,
                window.objectOffset(start) >= longDocumentsFrom, beginLongDocument()
            {
                return true
            }
            rejectLongEvent(from: start, eventStart: start)
            framing = .documents
        }
        return true
    }

    private enum Boundary {
        case found(Int), notInSight
        /// Whether a document begins cannot be told without more input.
        case undecided
    }

    /// The end of the line, or of the text before a document that begins on it.
    private func boundary(after start: Int, within limit: Int, atEnd: Bool) -> Boundary {
        let text = window.text.bytes
        let (end, isEnd) = sight(of: limit, atEnd: atEnd)
        // What a container runtime has written ends with its line.
        let isContainerLine =
            ContainerLine.mayBegin(with: text.byte(at: window.start))
            && ContainerLine.header(text, from: window.start, to: end) != nil
        var offset =
            isContainerLine ? ByteScan.first(0x0a, in: text, from: start, to: end) : start
        var attempts = 0
        while true {
            let brace = ByteScan.firstLineEndOrBrace(in: text, from: offset, to: end)
            guard brace < end else { return isEnd ? .found(end) : .notInSight }
            guard text.byte(at: brace) == 0x7b else { return .found(brace) }
            if attempts < 16, brace > window.start {
                guard let isStart = isDocumentStart(text, at: brace, atEnd: atEnd) else {
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
    private func isDocumentStart(
        _ text: RawSpan, at offset: Int, isFault: Bool = false, atEnd: Bool
    ) -> Bool? {
        guard text.byte(at: offset) == 0x7b else { return false }
        switch text.byte(at: offset - 1) {
        case 0x20, 0x2c, 0x3a, 0x3d, 0x5b: if !isFault { return false }
        default: break
        }
        guard offset + 1 < window.end else { return atEnd ? false : nil }
        guard text.byte(at: offset + 1) == 0x22 else { return false }
        let horizon = offset + (1 << 14)
        var scanner = JSONScanner(from: offset, to: min(horizon, window.end))
        if (try? scanner.value(text)) != nil { return true }
        guard scanner.ranOut else { return false }
        return horizon <= window.end || atEnd ? true : nil
    }

    /// Whether an event may end before `offset`: at a line's end, at the next document, or at text
    /// that follows a document without a space.
    private func isBoundary(_ text: RawSpan, at offset: Int, glued: Bool) -> Bool {
        let byte = text.byte(at: offset)
        if byte == 0x0a || byte == 0x7b { return true }
        let isLetter = (0x61...0x7a).contains(byte | 0x20)
        return glued && (isLetter || ByteScan.isDigit(byte) || byte == 0x5b)
    }

    private func endOfBlanks(_ text: RawSpan, from start: Int, to end: Int) -> Int {
        var offset = start
        while offset < end, text.byte(at: offset) != 0x0a, ByteScan.isSpace(text.byte(at: offset)) {
            offset += 1
        }
        return offset
    }

    /// Passes white space, and what may stand between documents where one before was broken.
    private mutating func skipSeparators() {
        let text = window.text.bytes
        while true {
            skipSpaces()
            guard window.count > 0 else { return }
            switch text.byte(at: window.start) {
            case 0x2c, 0x5d, 0x7d: window.start += 1
            default: return
            }
        }
    }

    /// Passes the rest of an event that is too long: up to a line's end, or to where one document
    /// ends and another begins.
    private mutating func skipToBoundary(atEnd: Bool) {
        let text = window.text.bytes
        let end = window.end
        var offset = window.start + 1
        while offset < end {
            let byte = text.byte(at: offset)
            if byte == 0x0a
                || byte == 0x7b && offset + 1 < end && text.byte(at: offset - 1) == 0x7d
                    && text.byte(at: offset + 1) == 0x22
            {
                isSkipping = false
                return advance(to: offset)
            }
            offset += 1
        }
        if atEnd { isSkipping = false }
        advance(to: atEnd ? end : max(window.start, end - 2))
    }
}
