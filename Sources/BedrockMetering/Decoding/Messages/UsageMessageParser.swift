/// Decides what one log message is: a usage record, something else, or an unsound claim.
///
/// ``match(_:from:to:row:)`` is the fast path and ``parse(_:from:to:envelopeTime:row:)`` the general
/// one; both agree on every line that the fast path takes.
struct UsageMessageParser: ~Copyable {
    enum Outcome: Equatable {
        /// `row` holds the record.
        case usage
        /// A usage line that is not sound.
        case rejected(RejectionReason)
        /// A sound object that is no usage line, though it may hold some.
        case otherEvent
        /// No sound object; whether it must be taken for a usage line that was damaged.
        case unsound(RejectionReason, claimsUsage: Bool)
    }

    private var timestamps = TimestampParser()
    /// Shapes seen, the latest learned last; `favourite` is the one that matched last.
    private var shapes: [LineShape] = []
    private var favourite = 0
    private static let maximumShapes = 4
    /// How often a shape was made; bounded, so that a log without any form costs no more for it.
    private var lessons = 0
    private static let maximumLessons = 256
    /// Bytes that a name may have.
    private let maximumNameSize: UInt32

    init(maximumNameSize: Int) {
        self.maximumNameSize = UInt32(clamping: maximumNameSize)
    }

    deinit {
        for shape in shapes { shape.deallocate() }
    }

    // MARK: Fast path

    /// Fills `row` from a line that has a known shape and begins at `start`.
    ///
    /// - Returns: where the line's JSON ends, or -1 where no shape matches.
    @inline(__always)
    mutating func match(
        _ text: RawSpan, from start: Int, to end: Int, row: inout UsageBatchRow
    ) -> Int {
        guard favourite < shapes.count else { return -1 }
        let stop = shapes[favourite].match(
            text, from: start, to: end, timestamps: &timestamps, row: &row
        )
        if stop >= 0 && Self.isInRange(row.time) && hasShortNames(row) { return stop }
        return matchOthers(text, from: start, to: end, row: &row)
    }

    @inline(never)
    private mutating func matchOthers(
        _ text: RawSpan, from start: Int, to end: Int, row: inout UsageBatchRow
    ) -> Int {
        for index in shapes.indices where index != favourite {
            let stop = shapes[index].match(
                text, from: start, to: end, timestamps: &timestamps, row: &row
            )
            if stop >= 0 && Self.isInRange(row.time) && hasShortNames(row) {
                favourite = index
                return stop
            }
        }
        return -1
    }

    @inline(__always)
    static func isInRange(_ time: Int64) -> Bool {
        // From 2020-01-01 to 2051-01-01, as constants so that no global is read per record.
        time >= 1_577_836_800_000_000 && time < 2_556_144_000_000_000
    }

    @inline(__always)
    private func hasShortNames(_ row: UsageBatchRow) -> Bool {
        max(max(row.tenant.size, row.user.size), max(row.model.size, row.request.size))
            <= maximumNameSize
    }

    // MARK: General path

    /// The members of the object at hand, in order.
    private var members: [Member] = []
    private var endOfObject = 0

    private struct Member {
        var field: UsageSchema.Field?
        var value: JSONScanner.Value
    }

    /// Decides what the message in `start..<end` of `memory` is.
    ///
    /// A record's names may be unescaped in place; any other message stays as it was.
    mutating func parse(
        _ memory: UnsafeMutableRawBufferPointer, from start: Int, to end: Int,
        envelopeTime: Int64?, row: inout UsageBatchRow
    ) -> Outcome {
        let text = UnsafeRawBufferPointer(memory).bytes
        var scanner = JSONScanner(from: start, to: end)
        guard scanner.take(0x7b, text) else {
            return .unsound(.notJSONObject, claimsUsage: false)
        }
        do throws(RejectionReason) {
            try scanMembers(&scanner, text)
        } catch {
            return .unsound(error, claimsUsage: claimsUsage(text, from: start, to: end))
        }
        let eventTypes = members.lazy.filter { $0.field == .eventType }
        guard eventTypes.contains(where: { Self.isUsageEventType($0.value, text) }) else {
            return .otherEvent
        }
        do throws(RejectionReason) {
            try fill(&row, memory, text, from: start, envelopeTime: envelopeTime)
        } catch {
            return .rejected(error)
        }
        return .usage
    }

    /// Passes all members of an object whose brace has been passed, and white space after it.
    private mutating func scanMembers(
        _ scanner: inout JSONScanner, _ text: RawSpan
    ) throws(RejectionReason) {
        members.removeAll(keepingCapacity: true)
        if !scanner.take(0x7d, text) {
            repeat {
                let key = try scanner.key(text)
                let field = Self.field(named: key, text)
                members.append(Member(field: field, value: try scanner.value(text)))
            } while scanner.take(0x2c, text)
            guard scanner.take(0x7d, text) else { throw .malformedJSON }
        }
        endOfObject = scanner.offset
        scanner.skipSpaces(text)
        guard scanner.ranOut else { throw .malformedJSON }
    }

    private static func field(
        named key: JSONScanner.Value, _ text: RawSpan
    ) -> UsageSchema.Field? {
        KeyNames.columns.index(of: key, text).map { UsageSchema.columns[$0].field }
    }

    private static func isUsageEventType(_ value: JSONScanner.Value, _ text: RawSpan) -> Bool {
        value.kind == .string && JSONString.equals(value, UsageRecord.eventType, text)
    }

    /// Whether an unsound message must be taken for a usage line: it names the event type, or it
    /// looks like a JSON object and has not named another type before it went wrong.
    private func claimsUsage(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        if UsageHints.mentionsUsage(text, from: start, to: end) { return true }
        let eventTypes = members.lazy.filter { $0.field == .eventType }
        if eventTypes.contains(where: { Self.isUsageEventType($0.value, text) }) { return true }
        guard eventTypes.isEmpty else { return false }
        let brace = ByteScan.skipSpaces(in: text, from: start, to: end)
        let next = ByteScan.skipSpaces(in: text, from: brace + 1, to: end)
        return next < end && text.byte(at: next) == 0x22
    }

    /// Checks all members and makes the row of them.
    private mutating func fill(
        _ row: inout UsageBatchRow, _ memory: UnsafeMutableRawBufferPointer, _ text: RawSpan,
        from start: Int, envelopeTime: Int64?
    ) throws(RejectionReason) {
        for (index, member) in members.enumerated() {
            guard let field = member.field else { continue }
            if members[..<index].contains(where: { $0.field == field }) {
                throw .duplicateKey(field)
            }
        }
        row = UsageBatchRow()
        let tenant = try string(.tenant)
        guard tenant.start < tenant.end else { throw .empty(.tenant) }
        let user = try string(.user)
        let model = try string(.model)
        guard model.start < model.end else { throw .empty(.model) }
        let request = try value(of: .request) == nil ? nil : string(.request)
        try checkSize(of: tenant, .tenant, text)
        try checkSize(of: user, .user, text)
        try checkSize(of: model, .model, text)
        if let request { try checkSize(of: request, .request, text) }
        row.tokens.input = try requiredCount(.inputTokens, text)
        row.tokens.output = try requiredCount(.outputTokens, text)
        row.tokens.cacheRead = try count(.cacheReadTokens, text) ?? 0
        row.tokens.cacheWrite = try count(.cacheWriteTokens, text) ?? 0
        if let total = try count(.totalTokens, text) {
            row.tokens.total = total
        } else if let total = row.tokens.sumOfParts {
            row.tokens.total = total
        } else {
            throw .overflow(.totalTokens)
        }
        let time = try time(text, envelopeTime: envelopeTime)
        row.time = time.microseconds
        row.mayRecur = time.isCoarse
        guard Self.isInRange(row.time) else { throw .timestampOutOfRange }

        // From here on nothing fails, so the text may change.
        learnShape(text, from: start, to: endOfObject)
        func slice(_ value: JSONScanner.Value) -> TextSlice {
            let end =
                value.hasEscapes
                ? JSONString.unescape(memory, from: value.start, to: value.end) : value.end
            return TextSlice(from: value.start, to: end)
        }
        row.tenant = slice(tenant)
        row.user = slice(user)
        row.model = slice(model)
        if let request { row.request = slice(request) }
    }

    /// The value of a field; nil where it is absent, or null in a field that need not be there.
    private func value(of field: UsageSchema.Field) -> JSONScanner.Value? {
        members.first { $0.field == field && $0.value.kind != .null }?.value
    }

    private func string(
        _ field: UsageSchema.Field
    ) throws(RejectionReason) -> JSONScanner.Value {
        guard let member = members.first(where: { $0.field == field }) else {
            throw .missing(field)
        }
        switch member.value.kind {
        case .string: return member.value
        case .null: throw .null(field)
        default: throw .wrongType(field)
        }
    }

    /// Checks that a name is within its limit, escapes resolved.
    private func checkSize(
        of name: JSONScanner.Value, _ field: UsageSchema.Field, _ text: RawSpan
    ) throws(RejectionReason) {
        // Escapes are longer than what they stand for.
        guard name.end - name.start > maximumNameSize else { return }
        guard name.hasEscapes, JSONString.copy(name, text).count <= maximumNameSize else {
            throw .nameTooLong(field)
        }
    }

    private func requiredCount(
        _ field: UsageSchema.Field, _ text: RawSpan
    ) throws(RejectionReason) -> Int64 {
        guard let member = members.first(where: { $0.field == field }) else {
            throw .missing(field)
        }
        return try TokenCountParser.parse(member.value, text, of: field)
    }

    private func count(
        _ field: UsageSchema.Field, _ text: RawSpan
    ) throws(RejectionReason) -> Int64? {
        guard let value = value(of: field) else { return nil }
        return try TokenCountParser.parse(value, text, of: field)
    }

    /// The message's own time, else its envelope's.
    private mutating func time(
        _ text: RawSpan, envelopeTime: Int64?
    ) throws(RejectionReason) -> TimestampParser.Instant {
        guard let value = value(of: .timestamp) else {
            guard let envelopeTime else { throw .missing(.timestamp) }
            // Envelopes have milliseconds.
            return TimestampParser.Instant(microseconds: envelopeTime, isCoarse: true)
        }
        guard value.kind == .string else { throw .wrongType(.timestamp) }
        guard
            !value.hasEscapes,
            let time = timestamps.parse(text, from: value.start, to: value.end)
        else { throw .unreadableTimestamp }
        return time
    }

    /// Remembers the shape of the sound usage line at hand, where all its values are of kinds that a
    /// shape can hold.
    private mutating func learnShape(_ text: RawSpan, from start: Int, to end: Int) {
        guard lessons < Self.maximumLessons else { return }
        var values: [(slot: LineShape.Slot, start: Int, end: Int)] = []
        for member in members {
            if member.value.hasEscapes { return }
            // Constants become part of the bytes between values.
            if member.field == .eventType || member.value.kind == .null
                || member.value.kind == .literal
            {
                continue
            }
            guard let slot = Self.slot(of: member) else { return }
            values.append((slot, member.value.start, member.value.end))
        }
        lessons += 1
        guard let shape = LineShape(text, from: start, to: end, values: values) else { return }
        guard !shapes.contains(where: shape.isSame) else { return shape.deallocate() }
        if shapes.count == Self.maximumShapes { shapes.removeFirst().deallocate() }
        shapes.append(shape)
        favourite = shapes.count - 1
    }

    private static func slot(of member: Member) -> LineShape.Slot? {
        let isString = member.value.kind == .string
        guard isString || member.value.kind == .number else { return nil }
        guard let field = member.field else { return isString ? .otherString : .otherNumber }
        return switch field {
        case .timestamp: isString ? .time : nil
        case .tenant: isString ? .tenant : nil
        case .user: isString ? .user : nil
        case .model: isString ? .model : nil
        case .request: isString ? .request : nil
        case .inputTokens: isString ? nil : .input
        case .outputTokens: isString ? nil : .output
        case .totalTokens: isString ? nil : .total
        case .cacheReadTokens: isString ? nil : .cacheRead
        case .cacheWriteTokens: isString ? nil : .cacheWrite
        case .eventType: nil
        }
    }
}
