internal import Gzip

/// The decoding of one object, chunk by chunk.
///
/// Give it the object's bytes in order by ``feed(_:into:)``, then call ``finish(into:)``, which
/// commits what the sink took. An object that ends in an error is rolled back and counts for nothing.
public struct DecodingSession: ~Copyable {
    let object: String
    let limits: DecodingLimits
    private var source: ObjectText
    var window: TextWindow
    var parser = UsageMessageParser()
    var batch = UsageBatch()
    var row = UsageBatchRow()
    var counts = EventCounts()
    var rejected: [RejectedLine] = []

    var framing = Framing.undecided
    /// Whether the rest of an event that is too long is being passed.
    var isSkipping = false
    /// Line number, from 1, of the window's start.
    var lineNumber = 1
    /// Bytes of events that are no text, and where the first of them begins.
    var unreadable = (size: 0, byteOffset: 0)
    /// Where lines are told to lie, for text that was itself inside a line.
    let enclosingLine: (number: Int, byteOffset: Int)?

    enum Framing {
        /// Nothing but blank lines and text so far.
        case undecided
        /// Lines of an export task.
        case exportLines(ExportLineHeader.Style)
        /// JSON documents and text lines, one after another.
        case documents
        /// Inside the `logEvents` of a CloudWatch document.
        case logEvents(LogEvents)
    }

    /// How far framing came.
    enum Progress {
        case batchIsFull
        case needsInput
        /// Payloads of a Lambda event, in Base64, to be decoded in its place.
        case payloads([[UInt8]])
    }

    public init(named object: String, limits: DecodingLimits = DecodingLimits()) {
        self.init(named: object, limits: limits, enclosingLine: nil)
    }

    private init(
        named object: String, limits: DecodingLimits,
        enclosingLine: (number: Int, byteOffset: Int)?, size: Int? = nil
    ) {
        self.object = object
        window = TextWindow(for: size)
        var limits = limits
        limits.maximumLineSize = min(limits.maximumLineSize, DecodingLimits.largestLineSize)
        self.limits = limits
        self.enclosingLine = enclosingLine
        source = ObjectText(of: object, limits: limits.gunzip)
    }

    /// Whether this decodes the payload of a Lambda event.
    var isNested: Bool { enclosingLine != nil }

    /// Decodes the next bytes of the object into `sink`.
    ///
    /// - Throws: ``DecodingError`` where the compressed bytes are unsound or over a limit, or are no text.
    /// - Complexity: linear; memory does not grow with the object, but with its longest event.
    public mutating func feed(
        _ chunk: RawSpan, into sink: inout some UsageSink & ~Copyable
    ) throws(DecodingError) {
        do throws(DecodingError) {
            try chunk.withUnsafeBytes { bytes throws(DecodingError) in
                source.feed(bytes)
                try drain(atEnd: false, into: &sink)
            }
        } catch {
            sink.rollback()
            throw error
        }
    }

    /// Decodes what is left, and returns how many events there were of each fate.
    ///
    /// - Throws: ``DecodingError`` where the object ends too early or is no text.
    public mutating func finish(
        into sink: inout some UsageSink & ~Copyable
    ) throws(DecodingError) -> EventCounts {
        do throws(DecodingError) {
            try drainAll(into: &sink)
        } catch {
            sink.rollback()
            throw error
        }
        sink.commit()
        return counts
    }

    private mutating func drainAll(
        into sink: inout some UsageSink & ~Copyable
    ) throws(DecodingError) {
        try drain(atEnd: true, into: &sink)
        frameAll(atEnd: true, into: &sink)
        try refuseUnreadable(atEnd: true)
    }

    private mutating func drain(
        atEnd: Bool, into sink: inout some UsageSink & ~Copyable
    ) throws(DecodingError) {
        while true {
            let read = try source.read(into: window.room(), atEnd: atEnd)
            guard read > 0 else { return }
            if window.objectOffset(window.end) == 0 { window.baseOffset = source.markSize }
            window.append(read)
            frameAll(atEnd: false, into: &sink)
            try refuseUnreadable(atEnd: false)
        }
    }

    /// Refuses an object of which much is no text.
    ///
    /// A payload of another object's event is no object: its lines are rejected alone.
    private func refuseUnreadable(atEnd: Bool) throws(DecodingError) {
        guard unreadable.size > 0, !isNested else { return }
        let isMuch =
            unreadable.size > Self.unreadableLimit
            || atEnd && unreadable.size > window.objectOffset(window.end) / 10
        guard isMuch else { return }
        throw DecodingError(
            code: .notText, object: object, byteOffset: unreadable.byteOffset,
            likeness: source.unreadableLikeness
        )
    }

    /// Bytes of events that are no text before the whole object counts as none.
    private static let unreadableLimit = 1 << 16

    private mutating func frameAll(atEnd: Bool, into sink: inout some UsageSink & ~Copyable) {
        while true {
            let progress = frame(atEnd: atEnd)
            flush(into: &sink)
            switch progress {
            case .needsInput: return
            case .batchIsFull: continue
            case .payloads(let payloads):
                for payload in payloads { decode(payload, into: &sink) }
            }
        }
    }

    /// Hands on what is complete; the window may change afterwards.
    private mutating func flush(into sink: inout some UsageSink & ~Copyable) {
        for line in rejected { sink.reject(line) }
        rejected.removeAll(keepingCapacity: true)
        guard batch.count > 0 else { return }
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
            if case .documents = framing { return nil }
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

    /// Decodes a payload of the event that was just passed, in a session of its own.
    ///
    /// It is inflated as a whole first, so that nothing of a damaged one is taken.
    private mutating func decode(_ encoded: [UInt8], into sink: inout some UsageSink & ~Copyable) {
        guard let payload = LogEnvelope.decoded(encoded) else {
            return reject(encoded, into: &sink)
        }
        guard let text = Self.inflate(payload, limits: limits) else {
            return reject(payload, into: &sink)
        }
        var nested = DecodingSession(
            named: object, limits: limits,
            enclosingLine: payloadEvent, size: text.count
        )
        do throws(DecodingError) {
            try nested.feed(text.span.bytes, into: &sink)
            try nested.drainAll(into: &sink)
            counts += nested.counts
            if nested.counts.events == 0 { counts.foreign += 1 }
        } catch {
            // The text is no more than the beginning of a magic number.
            reject(payload, into: &sink)
        }
    }

    private mutating func reject(_ payload: [UInt8], into sink: inout some UsageSink & ~Copyable) {
        counts.rejected += 1
        sink.reject(
            RejectedLine(
                number: payloadEvent.number, byteOffset: payloadEvent.byteOffset,
                reason: .unreadablePayload, bytes: payload
            )
        )
    }
    /// The Lambda event whose payloads are due.
    var payloadEvent = (number: 0, byteOffset: 0)

    private static func inflate(_ payload: [UInt8], limits: DecodingLimits) -> [UInt8]? {
        var limits = limits.gunzip
        limits.maximumBytes = min(
            limits.maximumBytes, LogEnvelope.maximumInflatedPayloadSize
        )
        let stream = GunzipStream(limits: limits)
        var text: [UInt8] = []
        // Text of logs is some ten times as long as when it is compressed.
        let size = TextWindow.readSize(for: 10 * payload.count)
        var chunk = [UInt8](repeating: 0, count: size)
        return payload.withUnsafeBytes { bytes in
            stream.feed(bytes)
            for atEnd in [false, true] {
                while true {
                    guard
                        let read = chunk.withUnsafeMutableBytes({
                            try? stream.read(into: $0, atEnd: atEnd)
                        })
                    else { return nil }
                    guard read > 0 else { break }
                    text += chunk[..<read]
                }
            }
            return text
        }
    }
}
