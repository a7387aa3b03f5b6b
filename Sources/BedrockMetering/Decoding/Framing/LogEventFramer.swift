/// Frames the events of a CloudWatch subscription document, one at a time, so that a document of any size
/// takes no more memory than its longest event.
struct LogEventFramer {
    /// Events framed so far.
    private var eventCount = 0
    /// Whether the array has ended, and the document's last members follow.
    private var isAfterArray = false

    /// Frames events from the window's start on.
    mutating func frame(_ events: inout EventDecider, atEnd: Bool) -> Framing.Progress {
        let text = events.window.text.bytes
        while true {
            guard !events.batch.isFull else { return .batchIsFull }
            events.skipSpaces()
            guard events.window.count > 0 else {
                return atEnd ? leave(&events) : .needsInput
            }
            let start = events.window.start
            switch text.byte(at: start) {
            case 0x2c:
                events.window.start += 1
            case 0x5d where !isAfterArray:
                events.window.start += 1
                isAfterArray = true
            case 0x7d where isAfterArray:
                events.window.start += 1
                return leave(&events)
            case 0x22 where isAfterArray:
                guard passMember(&events, atEnd: atEnd) else { return .needsInput }
                if !isAfterArray { return leave(&events) }
            case 0x7b where !isAfterArray:
                let bound = start + Self.maximumElementSize(of: events.limits)
                var scanner = JSONScanner(from: start, to: min(bound, events.window.end))
                var members = LogEnvelope.LogEventMembers()
                guard (try? scanner.object(text, { members.note($0, $1, text) })) != nil else {
                    switch frameEventOfUnsoundText(&events, atEnd: atEnd) {
                    case .framed: continue
                    case .needsInput: return .needsInput
                    case .isBroken: break
                    }
                    guard scanner.ranOut else { return leave(&events) }
                    guard bound < events.window.end else {
                        if atEnd { return leave(&events) }
                        return .needsInput
                    }
                    events.rejectLongEvent(from: start, eventStart: start)
                    return leave(&events)
                }
                if let event = members.event(text),
                    !members.hasOthers || !events.holdsUsageBeside(event, to: scanner.offset)
                {
                    eventCount += 1
                    events.decide(event, eventStart: start, next: scanner.offset)
                } else {
                    // This document was cut, and the next one begins.
                    guard
                        LogEnvelope.startOfLogEvents(text, from: start, to: scanner.offset) == nil
                    else { return leave(&events) }
                    eventCount += 1
                    events.decide(
                        from: start, to: scanner.offset, envelopeTime: nil, eventStart: start,
                        next: scanner.offset
                    )
                }
                guard events.payloads.isEmpty else { return .batchIsFull }
            default:
                // The document is broken; what follows is framed as documents again.
                return leave(&events)
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
        _ events: inout EventDecider, atEnd: Bool
    ) -> UnsoundText {
        let text = events.window.text.bytes
        let start = events.window.start
        var strict = JSONScanner(from: start, to: events.window.end)
        do throws(RejectionReason) {
            _ = try strict.value(text)
            return .isBroken
        } catch {
            guard error == .invalidUTF8 || error == .loneSurrogate, !strict.ranOut else {
                return .isBroken
            }
            // The bound is the same however the object is cut into chunks.
            let bound = start + Self.maximumElementSize(of: events.limits)
            var lenient = JSONScanner(
                from: start, to: min(bound, events.window.end), checksText: false
            )
            guard (try? lenient.value(text)) != nil else {
                let maySeeMore = lenient.ranOut && events.window.end < bound && !atEnd
                return maySeeMore ? .needsInput : .isBroken
            }
            eventCount += 1
            let end = lenient.offset
            if UsageHints.mentionsUsage(text, from: start, to: end) {
                events.reject(
                    error, from: start, to: end, eventStart: start, line: events.lineNumber)
            } else {
                events.counts.foreign += 1
            }
            events.advance(to: end)
            return .framed
        }
    }

    /// Bytes that an event may take: each byte of its message may be written as `\u00XX`. Whatever the
    /// limit, places in it fit 32 bits.
    static func maximumElementSize(of limits: DecodingLimits) -> Int {
        min(6 * limits.maximumLineSize + 4096, 7 << 29)
    }

    /// Goes back to documents; one without any event counts as one foreign event.
    private func leave(_ events: inout EventDecider) -> Framing.Progress {
        if eventCount == 0 { events.counts.foreign += 1 }
        return .isOver(before: .documents)
    }

    /// Passes a member after the events. If it is broken, the array is taken to go on, which has no use for
    /// it. Returns false where more input is needed.
    private mutating func passMember(_ events: inout EventDecider, atEnd: Bool) -> Bool {
        let text = events.window.text.bytes
        var scanner = JSONScanner(from: events.window.start, to: events.window.end)
        do throws(RejectionReason) {
            _ = try scanner.key(text)
            _ = try scanner.value(text)
            events.advance(to: scanner.offset)
        } catch {
            if scanner.ranOut && !atEnd && events.window.count <= events.limits.maximumLineSize {
                return false
            }
            isAfterArray = false
        }
        return true
    }
}
