internal import Gzip

/// The decoding of one object, chunk by chunk.
///
/// Give it the object's bytes in order by ``feed(_:into:)``, then call ``finish(into:)``, which
/// commits what the sink took. An object that ends in an error is rolled back and counts for nothing.
public struct DecodingSession: ~Copyable {
    let object: String
    let limits: DecodingLimits
    private var source: ObjectText
    /// What the object may inflate to, with all payloads in its text.
    let budget: InflationBudget
    /// Whether what an event holds came to more than that.
    var isOverBudget = false
    /// Where in the object a text may be an array again that is taken apart, after one has broken: else
    /// each bracket of a long row of them would be looked at with all that follows it.
    var longDocumentsFrom = 0
    var window: TextWindow
    var parser: UsageMessageParser
    var batch = UsageBatch()
    var row = UsageBatchRow()
    var counts = EventCounts()
    var rejected: [RejectedLine] = []
    /// Of log events so far.
    var eventIDs = EventIDs()
    var zones = ZoneWatch()
    /// Of the times before export lines.
    var headerTimes = TimestampParser()

    /// Lines in pieces whose ends have not come, by ``ContainerLine/Stream``.
    var partialLines = Self.noPartialLines
    /// Whether this decides one line that was put together from pieces.
    var isLine = false

    var framing = Framing.undecided
    /// Whether the rest of an event that is too long is being passed.
    var isSkipping = false
    /// Line number, from 1, of the window's start.
    var lineNumber = 1
    /// Bytes of events that are no text, and where the first of them begins.
    var unreadable = (size: 0, byteOffset: 0)
    /// Payloads of the events that were just passed.
    var payloads: [Payload] = []
    /// The payload that this decodes, whose event is where lines are told to lie.
    let enclosing: Payload?
    /// How many payloads lie around this text.
    let nesting: Int

    enum Framing {
        /// Nothing but blank lines and text so far.
        case undecided
        /// Lines of an export task.
        case exportLines(ExportLineHeader.Style)
        /// JSON documents and text lines, one after another.
        case documents
        /// Inside the `logEvents` of a CloudWatch document.
        case logEvents(LogEvents)
        /// Inside a document that is longer than an event may be.
        case longDocument(LongDocument)
    }

    /// How far framing came.
    enum Progress {
        /// What has been taken is to be handed on first.
        case batchIsFull
        case needsInput
    }

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
        window = TextWindow(for: size)
        var limits = limits
        limits.maximumLineSize = min(limits.maximumLineSize, DecodingLimits.largestLineSize)
        self.limits = limits
        parser = UsageMessageParser(maximumNameSize: limits.maximumNameSize)
        self.enclosing = enclosing
        self.nesting = nesting
        self.source = source
        self.budget = budget
    }

    /// Whether this decodes the payload of an event.
    var isNested: Bool { enclosing != nil }

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
        counts.offsetMinutes = zones.offsetMinutes
        return counts
    }

    mutating func drainAll(
        into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        try drain(atEnd: true, into: &sink)
        try frameAll(atEnd: true, into: &sink)
        giveUpPartialLines()
        flush(into: &sink)
        try refuseUnreadable(atEnd: true)
    }

    private mutating func drain(
        atEnd: Bool, into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        while true {
            let read = try source.read(into: window.room(), atEnd: atEnd)
            guard read > 0 else { return }
            if window.objectOffset(window.end) == 0 { window.baseOffset = source.markSize }
            window.append(read)
            try frameAll(atEnd: false, into: &sink)
            try refuseUnreadable(atEnd: false)
        }
    }

    /// Refuses an object of which much is no text.
    ///
    /// A payload of another object's event is no object: its lines are rejected alone.
    private func refuseUnreadable(atEnd: Bool) throws(ExportDecodingError) {
        guard unreadable.size > 0, !isNested else { return }
        let isMuch =
            unreadable.size > Self.unreadableLimit
            || atEnd && unreadable.size > window.objectOffset(window.end) / 10
        guard isMuch else { return }
        throw ExportDecodingError(
            code: .notText, object: object, byteOffset: unreadable.byteOffset,
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
        window.append(line.bytes)
        decide(from: 0, to: size, envelopeTime: line.time, eventStart: 0, next: size)
        if isOverBudget { throw overBudget }
        flush(into: &sink)
        try decodePayloads(into: &sink)
    }

    private mutating func frameAll(
        atEnd: Bool, into sink: inout some UsageSink & ~Copyable
    ) throws(ExportDecodingError) {
        while true {
            let progress = frame(atEnd: atEnd)
            if isOverBudget { throw overBudget }
            flush(into: &sink)
            try decodePayloads(into: &sink)
            if case .needsInput = progress { return }
        }
    }

    var overBudget: ExportDecodingError {
        ExportDecodingError(code: .overLimit, object: object, byteOffset: budget.consumed)
    }

    /// Hands on what is complete; the window may change afterwards.
    private mutating func flush(into sink: inout some UsageSink & ~Copyable) {
        for line in rejected { sink.reject(line) }
        rejected.removeAll(keepingCapacity: true)
        guard batch.count > 0 else { return }
        if let enclosing {
            let line = UInt32(truncatingIfNeeded: enclosing.line)
            for index in batch.rows.indices { batch.rows[index].line = line }
        }
        batch.text = window.text
        sink.consume(batch)
        batch.rows.removeAll(keepingCapacity: true)
    }

    private mutating func frame(atEnd: Bool) -> Progress {
        while true {
            let progress: Progress?
            switch framing {
            case .undecided:
                progress = decideFraming(atEnd: atEnd)
            case .exportLines(let style):
                progress = frameExportLines(style, atEnd: atEnd)
            case .documents:
                progress = frameDocuments(atEnd: atEnd)
            case .logEvents(var events):
                progress = frameLogEvents(&events, atEnd: atEnd)
                if case .logEvents = framing { framing = .logEvents(events) }
            case .longDocument(var document):
                progress = frameLongDocument(&document, atEnd: atEnd)
                if case .longDocument = framing { framing = .longDocument(document) }
            }
            if let progress { return progress }
        }
    }

    /// Passes blank and text lines until the object shows what it is; nil once it has.
    private mutating func decideFraming(atEnd: Bool) -> Progress? {
        while true {
            guard !batch.isFull else { return .batchIsFull }
            skipSpaces()
            guard window.count > 0 else { return .needsInput }
            let text = window.text.bytes
            if let style = ExportLineHeader.style(text, at: window.start, to: window.end) {
                framing = .exportLines(style)
                return nil
            }
            let byte = text.byte(at: window.start)
            if window.count < ExportLineHeader.maximumSize && !atEnd && ByteScan.isDigit(byte) {
                return .needsInput
            }
            if byte == 0x7b {
                framing = .documents
                return nil
            }
            guard frameTextRun(atEnd: atEnd) else { return .needsInput }
            guard payloads.isEmpty else { return .batchIsFull }
            guard case .undecided = framing else { return nil }
        }
    }

    /// Passes white space and counts its lines.
    mutating func skipSpaces() {
        let text = window.text.bytes
        while window.start < window.end {
            let byte = text.byte(at: window.start)
            guard ByteScan.isSpace(byte) else { return }
            if byte == 0x0a { lineNumber += 1 }
            window.start += 1
        }
    }

    /// Moves on to `offset`, counting the lines in between.
    mutating func advance(to offset: Int) {
        lineNumber = lineNumber(at: offset)
        window.start = offset
    }

    /// The number of the line that holds `offset`, which is not before the window's start.
    func lineNumber(at offset: Int) -> Int {
        lineNumber
            + ByteScan.count(0x0a, in: window.text.bytes, from: window.start, to: offset)
    }
}
