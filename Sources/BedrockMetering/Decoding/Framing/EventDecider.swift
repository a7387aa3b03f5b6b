internal import Gzip

/// Decides the fate of each event of a text, and keeps what came of it until that is handed on.
///
/// A framer tells where events begin and end; this is all that framers share.
struct EventDecider: ~Copyable {
    let limits: DecodingLimits
    /// What the object may inflate to, with all payloads in its text.
    let budget: InflationBudget
    /// Whether what an event holds came to more than that.
    var isOverBudget = false
    var window: TextWindow
    var parser: UsageMessageParser
    var batch = UsageBatch()
    var row = UsageBatchRow()
    var counts = EventCounts()
    var rejected: [RejectedLine] = []
    /// Of log events so far.
    var eventIDs = EventIDs()
    var zones = ZoneWatch()

    /// Lines in pieces whose ends have not come, by ``ContainerLine/Stream``.
    var partialLines = Self.noPartialLines
    /// Whether this decides one line that was put together from pieces.
    let isLine: Bool

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

    /// - Parameter size: the bytes of the text, if they are known.
    init(
        limits: DecodingLimits, within budget: InflationBudget, inside enclosing: Payload?,
        nesting: Int, size: Int?
    ) {
        var limits = limits
        limits.maximumLineSize = min(limits.maximumLineSize, DecodingLimits.largestLineSize)
        self.limits = limits
        self.budget = budget
        window = TextWindow(for: size)
        parser = UsageMessageParser(maximumNameSize: limits.maximumNameSize)
        isLine = enclosing?.isLine ?? false
        self.enclosing = enclosing
        self.nesting = nesting
    }

    /// Bytes that the document at the window's start may have.
    var documentLimit: Int {
        max(
            limits.maximumLineSize,
            LogEnvelope.mayHoldPayloads(window.text.bytes, from: window.start, to: window.end)
                ? LogEnvelope.maximumPayloadSize(inside: nesting) : 0
        )
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

    /// Rejects an event whose end is not in sight, and passes the rest of it.
    mutating func rejectLongEvent(from message: Int, eventStart: Int) {
        reject(
            .lineTooLong, from: message, to: window.end, eventStart: eventStart, line: lineNumber
        )
        isSkipping = true
        // What is stored is passed, so that each such event moves the window on.
        advance(to: message + limits.maximumLineSize)
    }

    /// The line of the object that `line` of this text is told to be.
    func enclosed(_ line: Int) -> Int { enclosing?.line ?? line }

    /// Where in the object an event is told to begin that begins at `offset` of the window.
    func placeInObject(_ offset: Int) -> Int {
        enclosing?.byteOffset ?? window.objectOffset(offset)
    }
}
