/// Where the framing of a document stands that is longer than an event may be.
struct LongDocument {
    /// The containers that are too long to be looked at as a whole, the outermost first.
    var levels: [Level]
    /// How many events there were before it.
    let eventsBefore: Int

    struct Level {
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

    static func isTakenApart(_ key: JSONScanner.Value, _ text: RawSpan) -> Bool {
        arrayKeys.contains { JSONString.equals(key, $0, text) }
    }

    static func holdsPayloads(_ key: JSONScanner.Value, _ text: RawSpan) -> Bool {
        JSONString.equals(key, "records", text) || JSONString.equals(key, "Records", text)
    }
}

/// How documents are framed that wrap more usage lines than an event may have bytes: arrays of events are
/// looked at element by element, so that a document of any size takes no more memory than its longest
/// element.
extension DecodingSession {
    /// Begins with a document at the window's start whose end is not in sight; returns whether it may be
    /// taken apart.
    mutating func beginLongDocument() -> Bool {
        let text = window.text.bytes
        var document = LongDocument(levels: [], eventsBefore: counts.events)
        let level = LongDocument.Level(
            isArray: text.byte(at: window.start) == 0x5b, time: enclosing?.time)
        guard level.isArray || leadsToArray(from: window.start, within: documentLimit) else {
            return false
        }
        document.levels.append(level)
        window.start += 1
        framing = .longDocument(document)
        return true
    }

    /// Whether the object at `start`, whose end is not in sight, is no event itself as far as can be seen,
    /// and has an array that is taken apart.
    private func leadsToArray(from start: Int, within limit: Int) -> Bool {
        let text = window.text.bytes
        var members = WrapperMembers()
        let end = min(window.end, start + limit + 1)
        var scanner = JSONScanner(from: start + 1, to: end)
        var hasArray = false
        repeat {
            guard let key = try? scanner.key(text) else { break }
            scanner.skipSpaces(text)
            guard !scanner.ranOut else { break }
            if text.byte(at: scanner.offset) == 0x5b, LongDocument.isTakenApart(key, text) {
                hasArray = true
            }
            guard let value = try? scanner.value(text) else { break }
            members.note(key, value, text)
        } while scanner.take(0x2c, text)
        return hasArray && !members.isUsageLine && !members.isInvocationLog && members.fault == nil
    }

    /// Frames elements and members from the window's start on; nil once the document has ended.
    mutating func frameLongDocument(_ document: inout LongDocument, atEnd: Bool) -> Progress? {
        let text = window.text.bytes
        while let level = document.levels.last {
            guard !batch.isFull else { return .batchIsFull }
            skipSpaces()
            guard window.count > 0 else {
                return atEnd ? leave(document) : .needsInput
            }
            switch text.byte(at: window.start) {
            case 0x2c:
                window.start += 1
            case (level.isArray ? 0x5d : 0x7d):
                window.start += 1
                document.levels.removeLast()
            default:
                switch frameValue(in: &document, level, atEnd: atEnd) {
                case .framed: guard payloads.isEmpty else { return .batchIsFull }
                case .needsInput: return .needsInput
                case .isBroken:
                    longDocumentsFrom =
                        window.objectOffset(window.start) + limits.maximumLineSize
                    return leave(document)
                case .isTooLong:
                    rejectLongEvent(from: window.start, eventStart: window.start)
                    return leave(document)
                }
            }
        }
        return leave(document)
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
        in document: inout LongDocument, _ level: LongDocument.Level, atEnd: Bool
    ) -> ValueProgress {
        let text = window.text.bytes
        let start = window.start
        let limit =
            level.holdsPayloads
            ? LogEnvelope.maximumPayloadSize(inside: nesting) : limits.maximumLineSize
        let end = min(window.end, start + limit + 1)
        // What it means that a scan ran out.
        let isTooLong = window.count > limit
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
            return descend(into: &document, level, key, at: valueStart, within: limit)
        }
        // A number may go on.
        guard !scanner.ranOut || isTooLong || atEnd else { return .needsInput }
        if let key { note(key, value, in: &document) }
        if value.kind == .string || value.kind == .container {
            unwrap(value, from: valueStart, to: scanner.offset, in: document)
        }
        advance(to: scanner.offset)
        return .framed
    }

    /// Goes into a value that is too long to be looked at, if it is one of those that are taken apart.
    private mutating func descend(
        into document: inout LongDocument, _ level: LongDocument.Level, _ key: JSONScanner.Value?,
        at valueStart: Int, within limit: Int
    ) -> ValueProgress {
        let text = window.text.bytes
        let byte = text.byte(at: valueStart)
        let isArray = byte == 0x5b
        let isTakenApart: Bool
        if let key {
            isTakenApart = isArray && LongDocument.isTakenApart(key, text)
        } else {
            isTakenApart = isArray || byte == 0x7b && leadsToArray(from: valueStart, within: limit)
        }
        guard isTakenApart, document.levels.count < UsageUnwrapper.maximumDepth else {
            return .isTooLong
        }
        var inner = LongDocument.Level(isArray: isArray, time: level.time, isOther: level.isOther)
        if let key { inner.holdsPayloads = LongDocument.holdsPayloads(key, text) }
        document.levels.append(inner)
        advance(to: valueStart + 1)
        return .framed
    }

    /// Takes in what a member says of the members that follow.
    private func note(
        _ key: JSONScanner.Value, _ value: JSONScanner.Value, in document: inout LongDocument
    ) {
        let text = window.text.bytes
        var time = EnclosingTime()
        time.note(key, value, text)
        let last = document.levels.count - 1
        document.levels[last].time = time.time ?? document.levels[last].time
        if JSONString.equals(key, UsageSchema.column(.eventType).name, text) {
            document.levels[last].isOther = true
        }
    }

    private mutating func unwrap(
        _ value: JSONScanner.Value, from start: Int, to end: Int, in document: LongDocument
    ) {
        guard let level = document.levels.last else { return }
        var place = UsageUnwrapper.Place(
            depth: document.levels.count, time: level.time, isOther: level.isOther)
        if level.isArray, level.holdsPayloads { place.payloads = .holder }
        _ = unwrap(
            from: start, to: end, fault: nil, envelopeTime: enclosing?.time, eventStart: start,
            line: lineNumber(at: start), place: place)
    }

    /// Goes back to documents; one without any event counts as one foreign event.
    private mutating func leave(_ document: LongDocument) -> Progress? {
        framing = .documents
        if counts.events == document.eventsBefore, payloads.isEmpty { counts.foreign += 1 }
        return nil
    }
}
