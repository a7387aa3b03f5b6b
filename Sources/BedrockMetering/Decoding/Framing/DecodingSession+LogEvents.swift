/// Where the framing of a CloudWatch document's events stands.
struct LogEvents {
    /// Events framed so far.
    var count = 0
    /// Whether the array has ended, and the document's last members follow.
    var isAfterArray = false
}

/// How the events of a CloudWatch subscription document are framed, one at a time, so that a
/// document of any size takes no more memory than its longest event.
extension DecodingSession {
    /// Frames events from the window's start on; nil once the document has ended.
    mutating func frameLogEvents(_ events: inout LogEvents, atEnd: Bool) -> Progress? {
        let text = window.text.bytes
        while true {
            guard !batch.isFull else { return .batchIsFull }
            skipSpaces()
            guard window.count > 0 else {
                return atEnd ? leaveLogEvents(events) : .needsInput
            }
            let start = window.start
            switch text.byte(at: start) {
            case 0x2c:
                window.start += 1
            case 0x5d where !events.isAfterArray:
                window.start += 1
                events.isAfterArray = true
            case 0x7d where events.isAfterArray:
                window.start += 1
                return leaveLogEvents(events)
            case 0x22 where events.isAfterArray:
                guard passMember(atEnd: atEnd, &events) else { return .needsInput }
                if !events.isAfterArray { return leaveLogEvents(events) }
            case 0x7b where !events.isAfterArray:
                let bound = start + maximumElementSize
                var scanner = JSONScanner(from: start, to: min(bound, window.end))
                var members = LogEnvelope.LogEventMembers()
                guard (try? scanner.object(text, { members.note($0, $1, text) })) != nil else {
                    switch frameEventOfUnsoundText(&events, atEnd: atEnd) {
                    case .framed: continue
                    case .needsInput: return .needsInput
                    case .isBroken: break
                    }
                    guard scanner.ranOut else { return leaveLogEvents(events) }
                    guard bound < window.end else {
                        if atEnd { return leaveLogEvents(events) }
                        return .needsInput
                    }
                    rejectLongEvent(from: start, eventStart: start)
                    return leaveLogEvents(events)
                }
                if let event = members.event(text),
                    !members.hasOthers || !holdsUsageBeside(event, to: scanner.offset)
                {
                    events.count += 1
                    decide(event, eventStart: start, next: scanner.offset)
                } else {
                    // This document was cut, and the next one begins.
                    guard
                        LogEnvelope.startOfLogEvents(text, from: start, to: scanner.offset) == nil
                    else { return leaveLogEvents(events) }
                    events.count += 1
                    decide(
                        from: start, to: scanner.offset, envelopeTime: nil, eventStart: start,
                        next: scanner.offset
                    )
                }
                guard payloads.isEmpty else { return .batchIsFull }
            default:
                // The document is broken; what follows is framed as documents again.
                return leaveLogEvents(events)
            }
        }
    }

    private enum UnsoundText {
        case framed, needsInput
        /// More than text is unsound.
        case isBroken
    }

    /// Frames the event at the window's start where nothing but the text in its strings is unsound, so
    /// that the events after it are told from it.
    private mutating func frameEventOfUnsoundText(
        _ events: inout LogEvents, atEnd: Bool
    ) -> UnsoundText {
        let text = window.text.bytes
        let start = window.start
        var strict = JSONScanner(from: start, to: window.end)
        do throws(RejectionReason) {
            _ = try strict.value(text)
            return .isBroken
        } catch {
            guard error == .invalidUTF8 || error == .loneSurrogate, !strict.ranOut else {
                return .isBroken
            }
            // The bound is the same however the object is cut into chunks.
            let bound = start + maximumElementSize
            var lenient = JSONScanner(
                from: start, to: min(bound, window.end), checksText: false
            )
            guard (try? lenient.value(text)) != nil else {
                let maySeeMore = lenient.ranOut && window.end < bound && !atEnd
                return maySeeMore ? .needsInput : .isBroken
            }
            events.count += 1
            let end = lenient.offset
            if UsageHints.mentionsUsage(text, from: start, to: end) {
                reject(error, from: start, to: end, eventStart: start, line: lineNumber)
            } else {
                counts.foreign += 1
            }
            advance(to: end)
            return .framed
        }
    }

    /// Bytes that an event may take: each byte of its message may be written as `\u00XX`. Whatever the
    /// limit, places in it fit 32 bits.
    private var maximumElementSize: Int { min(6 * limits.maximumLineSize + 4096, 7 << 29) }

    /// Goes back to documents; one without any event counts as one foreign event.
    private mutating func leaveLogEvents(_ events: LogEvents) -> Progress? {
        if events.count == 0 { counts.foreign += 1 }
        framing = .documents
        return nil
    }

    /// Passes a member after the events. Where it is broken, `events` goes back to inside the array,
    /// which has no use for it. Returns false where more input is needed.
    private mutating func passMember(atEnd: Bool, _ events: inout LogEvents) -> Bool {
        let text = window.text.bytes
        var scanner = JSONScanner(from: window.start, to: window.end)
        do throws(RejectionReason) {
            _ = try scanner.key(text)
            _ = try scanner.value(text)
            advance(to: scanner.offset)
        } catch {
            if scanner.ranOut && !atEnd && window.count <= limits.maximumLineSize { return false }
            events.isAfterArray = false
        }
        return true
    }

    /// Whether the log event at the window's start, which ends at `end`, may hold usage outside its message.
    func holdsUsageBeside(_ event: LogEnvelope.LogEvent, to end: Int) -> Bool {
        let text = window.text.bytes
        return UsageHints.mayHoldUsage(text, from: window.start, to: event.message.start)
            || UsageHints.mayHoldUsage(text, from: event.message.end, to: end)
    }

    /// Decides the message of a log event, unescaping it in place, and moves on to `next`.
    mutating func decide(_ event: LogEnvelope.LogEvent, eventStart: Int, next: Int) {
        let nextLine = lineNumber(at: next)
        let seed = HashSeed.process
        let id = seed.hash(
            window.text.bytes, from: event.id.start, size: event.id.end - event.id.start)
        let firstRow = batch.rows.count
        let end =
            event.message.hasEscapes
            ? JSONString.unescape(
                window.memory, from: event.message.start, to: event.message.end
            ) : event.message.end
        decide(
            from: event.message.start, to: end, envelopeTime: event.time, eventStart: eventStart,
            isUnescaped: true, next: next, nextLine: nextLine
        )
        for index in firstRow..<batch.rows.count {
            let record = batch.rows[index].hash(window.text.bytes, seed)
            if eventIDs.isRepeat(record: record, under: id) { batch.rows[index].mayRecur = true }
        }
    }
}
