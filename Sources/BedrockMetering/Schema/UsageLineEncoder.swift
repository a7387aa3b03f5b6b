/// Writes usage records as JSON lines, the keys being the columns of ``UsageSchema`` in order.
///
/// A record without a request id has no such key, which every SerDe reads as null.
struct UsageLineEncoder: ~Copyable {
    var output = OutputBuffer()
    /// What comes before each column's value, by the column's place in the schema.
    private let keys: [Key]
    /// The text of all keys, and padding.
    private let keyText: UnsafeMutableRawBufferPointer
    private let largestLineWithoutNames: Int
    /// The day written last, and its text.
    private var day = UsageDay(number: 0)
    private let dateText = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 16)

    private struct Key {
        var field: UsageSchema.Field
        var start: Int
        var end: Int
    }

    init() {
        var keys: [Key] = []
        var text: [UInt8] = []
        for column in UsageSchema.columns {
            let start = text.count
            text += "\(keys.isEmpty ? "{" : ",")\"\(column.name)\":".utf8
            keys.append(Key(field: column.field, start: start, end: text.count))
        }
        largestLineWithoutNames =
            text.count + 5 * 20 + EventTime.textSize + UUIDText.size + 128
        self.keys = keys
        text += [UInt8](repeating: 0, count: ByteScan.padding)
        keyText = .allocate(byteCount: text.count, alignment: 16)
        keyText.copyBytes(from: text)
        dateText.initializeMemory(as: UInt8.self, repeating: 0)
        day.start.write(to: dateText)
    }

    deinit {
        keyText.deallocate()
        dateText.deallocate()
    }

    /// Appends one record's line.
    mutating func append(
        time: Int64, tokens: TokenCounts, tenant: Name, user: Name, model: Name, request: Request
    ) {
        let keyMemory = UnsafeRawBufferPointer(keyText)
        let keyText = keyMemory.bytes
        for key in keys {
            output.reserve(largestLineWithoutNames)
            if key.field == .request, case .none = request { continue }
            output.appendReserved(keyText, from: key.start, to: key.end)
            switch key.field {
            case .timestamp:
                append(EventTime(microseconds: time))
            case .tenant: append(tenant)
            case .user: append(user)
            case .model: append(model)
            case .inputTokens: output.appendReserved(number: tokens.input)
            case .outputTokens: output.appendReserved(number: tokens.output)
            case .totalTokens: output.appendReserved(number: tokens.total)
            case .cacheReadTokens: output.appendReserved(number: tokens.cacheRead)
            case .cacheWriteTokens: output.appendReserved(number: tokens.cacheWrite)
            case .eventType: output.appendReserved("\"bedrock_token_usage\"")
            case .request: append(request)
            }
        }
        output.reserve(2)
        output.appendReserved("}\n")
    }

    /// Where a name's bytes lie, with ``ByteScan/padding`` after them.
    struct Name {
        var text: UnsafeRawBufferPointer
        var start: Int
        var size: Int
        /// Whether it is known to need no escapes.
        var isPlain = false
    }

    enum Request {
        case none
        case uuid(high: UInt64, low: UInt64)
        case name(Name)
    }

    /// Neighbours share their day, so its text is kept.
    @inline(__always)
    private mutating func append(_ time: EventTime) {
        if time < day.start || time >= day.end {
            day = time.day
            time.write(to: dateText)
        }
        output.appendReserved(0x22)
        let room = output.room
        let dateMemory = UnsafeRawBufferPointer(dateText)
        ByteScan.copy(dateMemory.bytes, from: 0, to: 11, into: room, at: 0)
        time.writeTime(since: day, to: room)
        output.append(count: EventTime.textSize)
        output.appendReserved(0x22)
    }

    @inline(__always)
    private mutating func append(_ name: Name) {
        guard !name.isPlain else {
            output.reserve(name.size + 2 + ByteScan.padding)
            output.appendReserved(0x22)
            output.appendReserved(name.text.bytes, from: name.start, to: name.start + name.size)
            return output.appendReserved(0x22)
        }
        JSONText.append(name.text.bytes, from: name.start, size: name.size, to: &output)
    }

    @inline(__always)
    private mutating func append(_ request: Request) {
        switch request {
        case .none: break
        case .name(let name): append(name)
        case .uuid(let high, let low):
            output.appendReserved(0x22)
            UUIDText.write(high: high, low: low, to: output.room)
            output.append(count: UUIDText.size)
            output.appendReserved(0x22)
        }
    }
}
