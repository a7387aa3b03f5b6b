/// Frames a document that wraps more usage lines than an event may have bytes: arrays of events are looked
/// at element by element, so that a document of any size takes no more memory than its longest element.
struct LongDocumentFramer {
    /// The containers that are too long to be looked at as a whole, the outermost first.
    private var levels: [Level]
    /// How many events there were before it.
    private let eventsBefore: Int
    /// Where in the object it is no JSON any more; nil if it is sound so far.
    private(set) var brokenAt: Int?

    private struct Level {
        let isArray: Bool
        /// The nearest time that is known here.
        var time: Int64?
        var isOther = false
        /// Whether its elements have payloads in a member `data`.
        var holdsPayloads = false
    }

    /// Keys whose arrays are taken apart: those of dumps of events, and of OTLP.
    private static let arrayKeys = [
        "events", "records", "Records", "logEvents", "resourceLogs", "scopeLogs", "logRecords",
    ]

    private static func isTakenApart(_ key: JSONScanner.Value, _ text: RawSpan) -> Bool {
        arrayKeys.contains { JSONString.equals(key, $0, text) }
    }

    private static func holdsPayloads(_ key: JSONScanner.Value, _ text: RawSpan) -> Bool {
        JSONString.equals(key, "records", text) || JSONString.equals(key, "Records", text)
    }

    /// Begins with a document at the window's start whose end is not in sight; nil if it cannot be taken
    /// apart.
    init?(_ events: inout EventDecider) {
        let start = events.window.start
        let isArray = events.window.text.bytes.byte(at: start) == 0x5b
        guard isArray || Self.leadsToArray(events, from: start, within: events.documentLimit) else {
            return nil
        }
        levels = [Level(isArray: isArray, time: events.enclosing?.time)]
        eventsBefore = events.counts.events
        events.window.start += 1
    }

    /// Whether the object at `start`, whose end is not in sight, is no event itself as far as can be seen,
    /// and has an array that is taken apart.
    private static func leadsToArray(
        _ events: borrowing EventDecider, from start: Int, within limit: Int
    ) -> Bool {
        let text = events.window.text.bytes
        var members = WrapperMembers()
        let end = min(events.window.end, start + limit + 1)
        var scanner = JSONScanner(from: start + 1, to: end)
        var hasArray = false
        repeat {
            guard let key = try? scanner.key(text) else { break }
            scanner.skipSpaces(text)
            guard !scanner.ranOut else { break }
            if text.byte(at: scanner.offset) == 0x5b, isTakenApart(key, text) {
                hasArray = true
            }
            guard let value = try? scanner.value(text) else { break }
            members.note(key, value, text)
        } while scanner.take(0x2c, text)
        return hasArray && !members.isUsageLine && !members.isInvocationLog && members.fault == nil
    }

    /// Frames elements and members from the window's start on.
    mutating func frame(_ events: inout EventDecider, atEnd: Bool) -> Framing.Progress {
        let text = events.window.text.bytes
        while let level = levels.last {
            guard !events.batch.isFull else { return .batchIsFull }
            events.skipSpaces()
            guard events.window.count > 0 else {
                return atEnd ? leave(&events) : .needsInput
            }
            switch text.byte(at: events.window.start) {
            case 0x2c:
                events.window.start += 1
            case (level.isArray ? 0x5d : 0x7d):
                events.window.start += 1
                levels.removeLast()
            default:
                switch frameValue(&events, in: level, atEnd: atEnd) {
                case .framed: guard events.payloads.isEmpty else { return .batchIsFull }
                case .needsInput: return .needsInput
                case .isBroken:
                    brokenAt = events.window.objectOffset(events.window.start)
                    return leave(&events)
                case .isTooLong:
                    events.rejectLongEvent(
                        from: events.window.start, eventStart: events.window.start)
                    return leave(&events)
                }
            }
        }
        return leave(&events)
    }

    private enum ValueProgress {
        case framed, needsInput
        /// The rest is no part of the document.
        case isBroken
        /// It is too long, and cannot be taken apart.
        case isTooLong
    }

    /// Frames the element or the member at the window's start.
    private mutating func frameValue(
        _ events: inout EventDecider, in level: Level, atEnd: Bool
    ) -> ValueProgress {
        let text = events.window.text.bytes
        let start = events.window.start
        let limit =
            level.holdsPayloads
            ? LogEnvelope.maximumPayloadSize(inside: events.nesting) : events.limits.maximumLineSize
        let end = min(events.window.end, start + limit + 1)
        // What it means that a scan ran out.
        let isTooLong = events.window.count > limit
        let ending: ValueProgress = isTooLong ? .isTooLong : atEnd ? .isBroken : .needsInput
        var scanner = JSONScanner(from: start, to: end)
        var key: JSONScanner.Value?
        if !level.isArray {
            key = try? scanner.key(text)
            guard key != nil else { return scanner.ranOut ? ending : .isBroken }
        }
        scanner.skipSpaces(text)
        let valueStart = scanner.offset
        guard !scanner.ranOut else { return ending }
        guard let value = try? scanner.value(text) else {
            guard scanner.ranOut else { return .isBroken }
            guard isTooLong else { return ending }
            return descend(&events, from: level, key, at: valueStart, within: limit)
        }
        // A number may go on.
        guard !scanner.ranOut || isTooLong || atEnd else { return .needsInput }
        if let key { note(key, value, text) }
        if value.kind == .string || value.kind == .container {
            unwrap(&events, from: valueStart, to: scanner.offset)
        }
        events.advance(to: scanner.offset)
        return .framed
    }

    /// Goes into a value that is too long to be looked at, if it is one of those that are taken apart.
    private mutating func descend(
        _ events: inout EventDecider, from level: Level, _ key: JSONScanner.Value?,
        at valueStart: Int, within limit: Int
    ) -> ValueProgress {
        let text = events.window.text.bytes
        let byte = text.byte(at: valueStart)
        let isArray = byte == 0x5b
        let isTakenApart: Bool
        if let key {
            isTakenApart = isArray && Self.isTakenApart(key, text)
        } else {
            isTakenApart =
                isArray
                || byte == 0x7b && Self.leadsToArray(events, from: valueStart, within: limit)
        }
        guard isTakenApart, levels.count < UsageUnwrapper.maximumDepth else {
            return .isTooLong
        }
        var inner = Level(isArray: isArray, time: level.time, isOther: level.isOther)
        if let key { inner.holdsPayloads = Self.holdsPayloads(key, text) }
        levels.append(inner)
        events.advance(to: valueStart + 1)
        return .framed
    }

    /// Takes in what a member says of the members that follow.
    private mutating func note(
        _ key: JSONScanner.Value, _ value: JSONScanner.Value, _ text: RawSpan
    ) {
        var time = EnclosingTime()
        time.note(key, value, text)
        let last = levels.count - 1
        levels[last].time = time.time ?? levels[last].time
        if JSONString.equals(key, UsageSchema.column(.eventType).name, text) {
            levels[last].isOther = true
        }
    }

    private func unwrap(_ events: inout EventDecider, from start: Int, to end: Int) {
        guard let level = levels.last else { return }
        var place = UsageUnwrapper.Place(
            depth: levels.count, time: level.time, isOther: level.isOther)
        if level.isArray, level.holdsPayloads { place.payloads = .holder }
        _ = events.unwrap(
            from: start, to: end, fault: nil, envelopeTime: events.enclosing?.time,
            eventStart: start,
            line: events.lineNumber(at: start), place: place)
    }

    /// Goes back to documents; one without any event counts as one foreign event.
    private func leave(_ events: inout EventDecider) -> Framing.Progress {
        if events.counts.events == eventsBefore, events.payloads.isEmpty {
            events.counts.foreign += 1
        }
        return .isOver(before: .documents)
    }
}
