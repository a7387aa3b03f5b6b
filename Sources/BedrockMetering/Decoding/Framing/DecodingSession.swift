internal import Gzip

/// The decoding of one object, chunk by chunk.
///
/// Give it the object's bytes in order by ``feed(_:into:)``, then call ``finish(into:)``, which
/// commits what the sink took. An object that ends in an error is rolled back and counts for nothing.
public struct DecodingSession: ~Copyable {
    let object: String
    private var source: ObjectText
    var events: EventDecider
    private var framing = Framing.undecided
    /// Kept while other framers have their turns.
    private var documents = DocumentFramer()
    /// How much of the event at the window's start has to be at hand before it is looked at once more.
    private(set) var awaitedSize = 0

    public init(named object: String, limits: DecodingLimits = DecodingLimits()) {
        let budget = InflationBudget(limits.gunzip)
        self.init(
            named: object, limits: limits, source: ObjectText(of: object, within: budget),
            within: budget)
    }

    init(
        named object: String, limits: DecodingLimits, source: consuming ObjectText,
        within budget: InflationBudget, inside enclosing: Payload? = nil, nesting: Int = 0,
        size: Int? = nil
    ) {
        self.object = object
        self.source = source
        events = EventDecider(
            limits: limits, within: budget, inside: enclosing, nesting: nesting, size: size)
    }

    /// Decodes the next bytes of the object into `sink`.
    ///
    /// - Throws: ``ExportDecodingError`` where the compressed bytes are unsound or over a limit, or are no text.
    /// - Complexity: linear; memory does not grow with the object, but with its longest event.
    public mutating func feed(
        _ chunk: RawSpan, into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        do throws(ExportDecodingError) {
            try take(chunk, into: &sink)
        } catch {
            sink.rollback()
            throw error
        }
    }

    /// Decodes the next bytes, and leaves it to the caller to roll back.
    mutating func take(
        _ chunk: RawSpan, into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        try chunk.withUnsafeBytes { bytes throws(ExportDecodingError) in
            source.feed(bytes)
            try drain(atEnd: false, into: &sink)
        }
    }

    /// Decodes what is left, and returns how many events there were of each fate.
    ///
    /// - Throws: ``ExportDecodingError`` where the object ends too early or is no text.
    public mutating func finish(
        into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) -> EventCounts {
        do throws(ExportDecodingError) {
            try drainAll(into: &sink)
        } catch {
            sink.rollback()
            throw error
        }
        sink.commit()
        events.counts.offsetMinutes = events.zones.offsetMinutes
        return events.counts
    }

    mutating func drainAll(
        into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        try drain(atEnd: true, into: &sink)
        try frameAll(atEnd: true, into: &sink)
        events.giveUpPartialLines()
        flush(into: &sink)
        try refuseUnreadable(atEnd: true)
    }

    private mutating func drain(
        atEnd: Bool, into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        while true {
            let read = try source.read(into: events.window.room(), atEnd: atEnd)
            guard read > 0 else { return }
            if events.window.objectOffset(events.window.end) == 0 {
                events.window.baseOffset = source.markSize
            }
            events.window.append(read)
            try frameAll(atEnd: false, into: &sink)
            try refuseUnreadable(atEnd: false)
        }
    }

    /// Refuses an object of which much is no text.
    ///
    /// A payload of another object's event is no object: its lines are rejected alone.
    private func refuseUnreadable(atEnd: Bool) throws(ExportDecodingError) {
        guard events.unreadable.size > 0, events.enclosing == nil else { return }
        let isMuch =
            events.unreadable.size > Self.unreadableLimit
            || atEnd && events.unreadable.size > events.window.objectOffset(events.window.end) / 10
        guard isMuch else { return }
        throw ExportDecodingError(
            code: .notText, object: object, byteOffset: events.unreadable.byteOffset,
            likeness: source.unreadableLikeness
        )
    }

    /// Bytes of events that are no text before the whole object counts as none.
    private static let unreadableLimit = 1 << 16

    /// Decides the text of `line` as one event.
    mutating func decideAll(
        of line: Payload, into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        let size = line.bytes.count
        events.window.append(line.bytes)
        events.decide(from: 0, to: size, envelopeTime: line.time, eventStart: 0, next: size)
        if events.isOverBudget { throw overBudget }
        flush(into: &sink)
        try decodePayloads(into: &sink)
    }

    private mutating func frameAll(
        atEnd: Bool, into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        guard atEnd || events.window.count >= awaitedSize else { return }
        while true {
            let hasMore = frame(atEnd: atEnd)
            if events.isOverBudget { throw overBudget }
            flush(into: &sink)
            try decodePayloads(into: &sink)
            guard hasMore else { break }
        }
        awaitedSize = sizeToAwait
    }

    /// Twice what is at hand, so that a long event is not looked at anew with each piece of it that comes,
    /// or as much as shows that it is over a limit, if that is less.
    private var sizeToAwait: Int {
        let size = events.window.count
        guard size >= TextWindow.usualReadSize else { return 0 }
        let limits = [
            events.limits.maximumLineSize,
            LogEnvelope.maximumPayloadSize(inside: events.nesting),
            LogEventFramer.maximumElementSize(of: events.limits),
        ]
        // Beside the event there is a time before it, or a brace behind it.
        let ends = limits.map { $0 + 4096 }.filter { $0 > size }
        return ends.min().map { min($0, 2 * size) } ?? 0
    }

    var overBudget: ExportDecodingError {
        ExportDecodingError(code: .overLimit, object: object, byteOffset: events.budget.consumed)
    }

    /// Hands on what is complete; the window may change afterwards.
    private mutating func flush(into sink: inout some UsageSink & ~Copyable) {
        for line in events.rejected { sink.reject(line) }
        events.rejected.removeAll(keepingCapacity: true)
        guard events.batch.count > 0 else { return }
        if let enclosing = events.enclosing {
            let line = UInt32(truncatingIfNeeded: enclosing.line)
            for index in events.batch.rows.indices { events.batch.rows[index].line = line }
        }
        events.batch.text = events.window.text
        sink.consume(events.batch)
        events.batch.rows.removeAll(keepingCapacity: true)
    }

    /// Frames events until the next ones need more input, or what was taken is to be handed on; returns
    /// whether it is the latter.
    private mutating func frame(atEnd: Bool) -> Bool {
        while true {
            let progress: Framing.Progress
            switch framing {
            case .undecided:
                progress = decideFraming(atEnd: atEnd)
            case .exportLines(var framer):
                progress = framer.frame(&events, atEnd: atEnd)
                framing = .exportLines(framer)
            case .documents:
                progress = documents.frame(&events, atEnd: atEnd)
            case .logEvents(var framer):
                progress = framer.frame(&events, atEnd: atEnd)
                framing = .logEvents(framer)
            case .longDocument(var framer):
                // Given up meanwhile, so that it is not copied.
                framing = .documents
                progress = framer.frame(&events, atEnd: atEnd)
                if let offset = framer.brokenAt {
                    documents.longDocumentsFrom = offset + events.limits.maximumLineSize
                }
                framing = .longDocument(framer)
            }
            switch progress {
            case .batchIsFull: return true
            case .needsInput: return false
            case .isOver(let next): framing = next
            }
        }
    }

    /// Passes blank and text lines until the object shows what it is.
    private mutating func decideFraming(atEnd: Bool) -> Framing.Progress {
        while true {
            guard !events.batch.isFull else { return .batchIsFull }
            events.skipSpaces()
            guard events.window.count > 0 else { return .needsInput }
            let text = events.window.text.bytes
            let start = events.window.start
            if let style = ExportLineHeader.style(text, at: start, to: events.window.end) {
                return .isOver(before: .exportLines(ExportLineFramer(style)))
            }
            let byte = text.byte(at: start)
            if events.window.count < ExportLineHeader.maximumSize && !atEnd
                && ByteScan.isDigit(byte)
            {
                return .needsInput
            }
            if byte == 0x7b { return .isOver(before: .documents) }
            switch documents.frameTextRun(&events, atEnd: atEnd) {
            case .framed: break
            case .needsInput: return .needsInput
            case .rejected: return .isOver(before: .documents)
            case .isLong(let document): return .isOver(before: .longDocument(document))
            }
            guard events.payloads.isEmpty else { return .batchIsFull }
        }
    }
}
