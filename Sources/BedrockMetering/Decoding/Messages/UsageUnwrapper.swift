internal import Gzip

/// Finds the usage lines that lie inside an event: in objects, arrays, strings of JSON and Base64, at
/// any of ``maximumDepth`` levels, and behind text.
///
/// Strings are unescaped in place, so that what is found lies in the event's own memory. Nothing is
/// looked for inside a usage line.
struct UsageUnwrapper {
    enum Finding {
        /// A usage line, sound or not: an object in the memory, and the nearest time around it.
        case line(start: Int, end: Int, time: Int64?)
        /// An object with a usage line's fields that does not say that it is one.
        case claim(RejectionReason, bytes: [UInt8], time: Int64?)
        /// The event holds what looks like usage but could not be taken apart.
        case obscured(RejectionReason)
        /// A payload, out of its Base64.
        case payload([UInt8], time: Int64?)
        /// A payload that is no Base64, as it was delivered.
        case unreadablePayload([UInt8])
    }

    /// Levels of objects, arrays and strings, taken together, around a usage line.
    static let maximumDepth = 16

    let memory: UnsafeMutableRawBufferPointer
    /// The event.
    let event: Range<Int>
    private(set) var findings: [Finding] = []
    /// What payloads that are looked into may inflate to.
    let budget: InflationBudget
    /// Whether one of them was more; then the object is given up.
    private(set) var isOverBudget = false
    /// The event as it was delivered, once a string in it has been unescaped.
    private var delivered: [UInt8]?

    /// What is known of the place of a value.
    struct Place {
        /// Levels around it.
        var depth = 0
        /// The nearest time around it.
        var time: Int64?
        /// Whether it belongs to an event of another type.
        var isOther = false
        var payloads = PayloadPlace.none

        /// The same place, a level deeper.
        var inside: Place {
            var place = self
            place.depth += 1
            place.payloads = .none
            return place
        }
    }

    /// Whether a value is one in which Lambda, Kinesis or Firehose put payloads.
    enum PayloadPlace {
        case none
        /// An event that begins as one that has payloads.
        case event
        /// An object whose member `data` is one.
        case holder
        /// An array of such objects.
        case holders
        /// Base64 itself.
        case payload
    }

    init(
        _ memory: UnsafeMutableRawBufferPointer, from start: Int, to end: Int,
        within budget: InflationBudget
    ) {
        self.memory = memory
        self.budget = budget
        event = start..<end
    }

    var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

    /// The event's bytes as they were delivered.
    var deliveredBytes: [UInt8] { delivered ?? Array(memory[event]) }

    /// Looks through the event, and leaves it as it was where nothing is found.
    mutating func unwrap(in place: Place) {
        walkText(from: event.lowerBound, to: event.upperBound, place)
        guard findings.isEmpty, let delivered else { return }
        for (offset, byte) in zip(event, delivered) { memory[offset] = byte }
    }

    mutating func add(_ finding: Finding) { findings.append(finding) }

    mutating func exceedBudget() { isOverBudget = true }

    // MARK: Values

    /// Looks into a value, whose text has been checked.
    mutating func walk(_ value: JSONScanner.Value, _ place: Place) {
        guard value.kind == .container || value.kind == .string, !isOverBudget else { return }
        let text = text.bytes
        guard
            place.payloads != .none
                || UsageHints.mayHoldUsage(text, from: value.start, to: value.end)
        else { return }
        let isObject = value.kind == .container && text.byte(at: value.start) == 0x7b
        // A line itself may still lie there.
        guard place.depth < Self.maximumDepth || isObject else {
            return rejectDepth(from: value.start, to: value.end, place)
        }
        if value.kind == .string {
            walkString(value, place)
        } else if isObject {
            walkObject(from: value.start, to: value.end, place)
        } else {
            walkArray(from: value.start, to: value.end, place)
        }
    }

    /// Passes over what lies too deep, but not in silence.
    private mutating func rejectDepth(from start: Int, to end: Int, _ place: Place) {
        let text = text.bytes
        if UsageHints.looksLikeUsage(text, from: start, to: end, isOther: place.isOther) {
            add(.obscured(.nestedTooDeep))
        }
    }

    private mutating func walkArray(from start: Int, to end: Int, _ place: Place) {
        let text = text.bytes
        var inner = place.inside
        if place.payloads == .holders { inner.payloads = .holder }
        var scanner = JSONScanner(from: start + 1, to: end)
        repeat {
            guard let element = try? scanner.value(text) else { return }
            walk(element, inner)
        } while scanner.take(0x2c, text)
    }

    private mutating func walkString(_ value: JSONScanner.Value, _ place: Place) {
        if takePayload(value, place) { return }
        var end = value.end
        if value.hasEscapes {
            if delivered == nil { delivered = Array(memory[event]) }
            end = JSONString.unescape(memory, from: value.start, to: value.end)
        }
        walkText(from: value.start, to: end, place.inside)
    }

    // MARK: Objects

    private mutating func walkObject(from start: Int, to end: Int, _ place: Place) {
        let text = text.bytes
        var members = WrapperMembers()
        var scanner = JSONScanner(from: start, to: end)
        guard (try? scanner.object(text, { members.note($0, $1, text) })) != nil else { return }
        // A level is what lies around a line, so the line itself is none.
        if members.isUsageLine { return add(.line(start: start, end: end, time: place.time)) }
        if members.isInvocationLog { return }
        guard place.depth < Self.maximumDepth else {
            return rejectDepth(from: start, to: end, place)
        }
        let claim = members.fault.map { ($0, bytes: Array(memory[start..<end])) }
        let count = findings.count
        walkMembers(members, from: start, to: end, place)
        if let claim, findings.count == count {
            add(.claim(claim.0, bytes: claim.bytes, time: place.time))
        }
    }

    private mutating func walkMembers(
        _ members: WrapperMembers, from start: Int, to end: Int, _ place: Place
    ) {
        let text = text.bytes
        var members = members
        var inner = place.inside
        inner.time = members.enclosingTime.time ?? place.time
        inner.isOther = place.isOther || members.isOtherEvent || members.isMetric
        // Values may change once they have been walked, so each is scanned before.
        var scanner = JSONScanner(from: start + 1, to: end)
        repeat {
            guard let key = try? scanner.key(text), let value = try? scanner.value(text) else {
                return
            }
            let count = findings.count
            inner.payloads = payloadPlace(of: key, value, in: place)
            walk(value, inner)
            if findings.count > count {
                guard members.repeats(key, text) else { continue }
                findings.removeSubrange(count...)
                add(.obscured(.repeatedWrapper))
            } else if value.kind == .container || value.kind == .string, !inner.isOther,
                UsageHints.mentionsUsage(text, from: key.start, to: key.end)
            {
                add(.obscured(.notUnwrapped))
            }
        } while scanner.take(0x2c, text)
    }

    private func payloadPlace(
        of key: JSONScanner.Value, _ value: JSONScanner.Value, in place: Place
    ) -> PayloadPlace {
        let text = text.bytes
        func isNamed(_ names: String...) -> Bool {
            names.contains { JSONString.equals(key, $0, text) }
        }
        if value.kind == .string {
            let isPayload =
                isNamed("rawData") || place.payloads == .holder && isNamed("data", "Data")
            return isPayload ? .payload : .none
        }
        guard value.kind == .container else { return .none }
        if text.byte(at: value.start) == 0x5b {
            return isNamed("records", "Records") ? .holders : .none
        }
        return isNamed("awslogs", "kinesis") ? .holder : .none
    }
}
