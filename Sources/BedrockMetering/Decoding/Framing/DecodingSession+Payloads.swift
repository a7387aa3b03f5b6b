internal import Gzip

/// How the payloads of events are decoded, and lines that were put together.
extension DecodingSession {
    /// Decodes the payloads of events that were just passed, each in a session of its own.
    ///
    /// Each is inflated to its end first, so that nothing of a damaged one is taken.
    mutating func decodePayloads(
        into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        // Each is gone once it is decoded.
        events.payloads.reverse()
        while let payload = events.payloads.popLast() { try decode(payload, into: &sink) }
    }

    private mutating func decode(
        _ payload: Payload, into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        guard !payload.isLine else { return try decode(line: payload, into: &sink) }
        let content: EncodedPayload.Content?
        do throws(GzipError) {
            content = try EncodedPayload.check(payload.bytes, within: events.budget)
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
            named: object, limits: events.limits, source: source, within: events.budget,
            inside: payload,
            nesting: events.nesting + 1, size: isWhole ? bytes.count : nil
        )
        do throws(ExportDecodingError) {
            // What the object held before the payload stays, whatever becomes of that.
            try nested.take(bytes.span.bytes, into: &sink)
            try nested.drainAll(into: &sink)
            events.counts += nested.events.counts
            events.zones.add(nested.events.zones)
            if nested.events.counts.events == 0 { events.counts.foreign += 1 }
        } catch {
            guard error.code != .overLimit else { throw error }
            // The text is no more than the beginning of a magic number.
            reject(payload, into: &sink)
        }
    }

    private mutating func reject(_ payload: Payload, into sink: inout some UsageSink & ~Copyable) {
        events.counts.rejected += 1
        sink.reject(
            RejectedLine(
                number: payload.line, byteOffset: payload.byteOffset,
                reason: .unreadablePayload, bytes: payload.bytes
            )
        )
    }

    /// Decides a line that was put together, in a text of its own.
    mutating func decode(line: Payload, into sink: inout some UsageSink & ~Copyable)
        throws(ExportDecodingError)
    {
        // What comes out of payloads in it counts with the rest.
        let source = ObjectText(of: object, within: events.budget)
        var nested = DecodingSession(
            named: object, limits: events.limits, source: source, within: events.budget,
            inside: line,
            nesting: events.nesting, size: line.bytes.count)
        try nested.decideAll(of: line, into: &sink)
        events.counts += nested.events.counts
        events.zones.add(nested.events.zones)
    }
}
