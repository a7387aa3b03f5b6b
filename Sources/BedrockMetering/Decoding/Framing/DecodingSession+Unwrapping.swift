internal import Gzip

/// What becomes of an event that is no usage line itself but may hold some.
extension DecodingSession {
    /// A document in an event's Base64, to be decoded once what came before it has been handed on.
    struct Payload {
        /// Out of its Base64.
        var bytes: [UInt8]
        /// The nearest time around it.
        var time: Int64?
        /// Where its event lies.
        var line: Int
        var byteOffset: Int
        /// Whether it is a line that was put together from pieces, not out of Base64.
        var isLine = false
    }

    /// How deep payloads may lie in payloads.
    private static let maximumNesting = 3

    /// Takes the usage lines out of the event in `start..<end`, each an event of its own.
    ///
    /// - Parameters:
    ///   - fault: why the event is rejected where nothing better can be said; nil where it is sound.
    ///   - place: what lies around it; where that may hold payloads it is looked into whatever it seems to be.
    /// - Returns: whether it holds anything; otherwise it is an event as a whole.
    mutating func unwrap(
        from start: Int, to end: Int, fault: RejectionReason?, envelopeTime: Int64?,
        eventStart: Int, line: Int, place: UsageUnwrapper.Place = UsageUnwrapper.Place()
    ) -> Bool {
        guard
            place.payloads != .none
                || UsageHints.mayHoldUsage(window.text.bytes, from: start, to: end)
        else { return false }
        var unwrapper = UsageUnwrapper(window.memory, from: start, to: end, within: budget)
        unwrapper.unwrap(in: place)
        guard !unwrapper.isOverBudget else {
            isOverBudget = true
            return true
        }
        var obscured: RejectionReason?
        for finding in unwrapper.findings {
            switch finding {
            case .line(let start, let end, let time):
                decideUsageLine(
                    from: start, to: end, envelopeTime: time ?? envelopeTime,
                    eventStart: eventStart, line: line
                )
            case .claim(let reason, let bytes, let time):
                reject(
                    reason, bytes: cut(bytes), time: time ?? envelopeTime,
                    eventStart: eventStart, line: line
                )
            case .obscured(let reason):
                obscured = obscured ?? reason
            case .payload(let bytes, let time):
                takePayload(
                    Payload(
                        bytes: bytes, time: time ?? envelopeTime, line: enclosed(line),
                        byteOffset: placeInObject(eventStart)
                    )
                )
            case .unreadablePayload(let bytes):
                reject(.unreadablePayload, bytes: bytes, eventStart: eventStart, line: line)
            }
        }
        // What is left is rejected once, as a whole, whatever was taken out of it.
        if let obscured {
            let isAll = unwrapper.findings.allSatisfy {
                if case .obscured = $0 { true } else { false }
            }
            reject(
                isAll ? fault ?? obscured : obscured, bytes: cut(unwrapper.deliveredBytes),
                time: envelopeTime, eventStart: eventStart, line: line
            )
        }
        return !unwrapper.findings.isEmpty
    }

    private func cut(_ bytes: [UInt8]) -> [UInt8] {
        bytes.count > limits.maximumLineSize ? Array(bytes[..<limits.maximumLineSize]) : bytes
    }

    private mutating func decideUsageLine(
        from start: Int, to end: Int, envelopeTime: Int64?, eventStart: Int, line: Int
    ) {
        guard end - start <= limits.maximumLineSize else {
            return reject(.lineTooLong, from: start, to: end, eventStart: eventStart, line: line)
        }
        let outcome = parser.parse(
            window.memory, from: start, to: end, envelopeTime: envelopeTime, row: &row
        )
        switch outcome {
        case .usage: appendRow(line: line)
        case .rejected(let reason), .unsound(let reason, _):
            reject(
                reason, from: start, to: end, time: envelopeTime, eventStart: eventStart,
                line: line
            )
        case .otherEvent: counts.foreign += 1
        }
    }

    private mutating func takePayload(_ payload: Payload) {
        guard nesting < Self.maximumNesting else {
            counts.rejected += 1
            rejected.append(
                RejectedLine(
                    number: payload.line, byteOffset: payload.byteOffset, reason: .nestedTooDeep,
                    bytes: payload.bytes
                )
            )
            return
        }
        payloads.append(payload)
    }

    /// Decodes the payloads of events that were just passed, each in a session of its own.
    ///
    /// Each is inflated to its end first, so that nothing of a damaged one is taken.
    mutating func decodePayloads(
        into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        // Each is gone once it is decoded.
        payloads.reverse()
        while let payload = payloads.popLast() { try decode(payload, into: &sink) }
    }

    private mutating func decode(
        _ payload: Payload, into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        guard !payload.isLine else { return try decode(line: payload, into: &sink) }
        let content: EncodedPayload.Content?
        do throws(GzipError) {
            content = try EncodedPayload.check(payload.bytes, within: budget)
        } catch {
            throw overBudget
        }
        switch content {
        case nil: reject(payload, into: &sink)
        case .compressed: try decode(payload, holding: payload.bytes, into: &sink)
        case .text(let text): try decode(payload, holding: text, isWhole: true, into: &sink)
        }
    }

    /// - Parameter bytes: the payload, which is sound, or its text.
    private mutating func decode(
        _ payload: Payload, holding bytes: [UInt8], isWhole: Bool = false,
        into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        // What comes out has been counted.
        let source = ObjectText(of: object, within: InflationBudget(.none))
        var nested = DecodingSession(
            named: object, limits: limits, source: source, within: budget, inside: payload,
            nesting: nesting + 1, size: isWhole ? bytes.count : nil
        )
        do throws(ExportDecodingError) {
            // What the object held before the payload stays, whatever becomes of that.
            try nested.take(bytes.span.bytes, into: &sink)
            try nested.drainAll(into: &sink)
            counts += nested.counts
            zones.add(nested.zones)
            if nested.counts.events == 0 { counts.foreign += 1 }
        } catch {
            guard error.code != .overLimit else { throw error }
            // The text is no more than the beginning of a magic number.
            reject(payload, into: &sink)
        }
    }

    private mutating func reject(_ payload: Payload, into sink: inout some UsageSink & ~Copyable) {
        counts.rejected += 1
        sink.reject(
            RejectedLine(
                number: payload.line, byteOffset: payload.byteOffset,
                reason: .unreadablePayload, bytes: payload.bytes
            )
        )
    }
}
