internal import Gzip

/// Writes usage records as JSON lines, the keys being the columns of ``UsageSchema`` in order, and
/// notes what repeats an earlier line of the chunk.
///
/// A record without a request id has no such key, which every SerDe reads as null.
struct UsageLineEncoder: ~Copyable {
    private var output = OutputBuffer()
    private var repeats = RepeatCollector()
    /// Where each part was written last, to its end.
    private var partPlaces: [Int]
    private var namePlaces = NamePlaces(kinds: 3)
    /// The parts of lines with a request id, then those of lines without.
    private let parts: [RowLayout.Part]
    private let partsWithRequest: Range<Int>
    /// The text of all parts, and padding.
    private let partText: UnsafeMutableRawBufferPointer
    private let largestLineWithoutNames: Int
    /// The day written last, and its text.
    private var day = UsageDay(number: 0)
    private let dateText = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 16)

    init() {
        var text: [UInt8] = []
        let columns = UsageSchema.columns
        let full = RowLayout(of: columns, text: &text)
        let short = RowLayout(of: columns.filter { $0.field != .request }, text: &text)
        parts = full.parts + short.parts
        partsWithRequest = full.parts.indices
        partPlaces = [Int](repeating: TextPlace.none, count: parts.count)
        largestLineWithoutNames =
            text.count + 5 * 20 + EventTime.textSize + UUIDText.size + 128
        text += [UInt8](repeating: 0, count: ByteScan.padding)
        partText = .allocate(byteCount: text.count, alignment: 16)
        partText.copyBytes(from: text)
        dateText.initializeMemory(as: UInt8.self, repeating: 0)
        day.start.write(to: dateText)
    }

    deinit {
        partText.deallocate()
        dateText.deallocate()
    }

    /// Bytes since the last chunk was taken.
    var count: Int { output.count }

    /// The lines so far and their repeats; the next line begins a chunk that knows nothing of them.
    mutating func take() -> TextChunk {
        for index in partPlaces.indices { partPlaces[index] = TextPlace.none }
        namePlaces.removeAll()
        let chunk = output.take()
        chunk.repeats = repeats.take()
        return chunk
    }

    /// Takes back the memory of a chunk that nobody reads any more, to be written anew.
    mutating func reuse(_ chunk: TextChunk) {
        var returned: [Repeat] = []
        swap(&returned, &chunk.repeats)
        repeats.reuse(returned)
        output.reuse(chunk)
    }

    /// Appends one record's line.
    mutating func append(
        time: Int64, tokens: TokenCounts, tenant: PaddedText, user: PaddedText, model: PaddedText,
        request: Request
    ) {
        var range = partsWithRequest
        if case .none = request { range = range.upperBound..<parts.count }
        for index in range {
            output.reserve(largestLineWithoutNames)
            appendPart(index)
            let start = output.count
            switch parts[index].field {
            case nil: continue
            case .timestamp: append(EventTime(microseconds: time))
            case .tenant: append(tenant, kind: 0)
            case .user: append(user, kind: 1)
            case .model: append(model, kind: 2)
            case .inputTokens: output.appendReserved(number: tokens.input)
            case .outputTokens: output.appendReserved(number: tokens.output)
            case .totalTokens: output.appendReserved(number: tokens.total)
            case .cacheReadTokens: output.appendReserved(number: tokens.cacheRead)
            case .cacheWriteTokens: output.appendReserved(number: tokens.cacheWrite)
            case .eventType: break
            case .request: append(request)
            }
            extendRepeat(from: start)
        }
    }

    enum Request {
        case none
        case uuid(high: UInt64, low: UInt64)
        case name(PaddedText)
    }

    // MARK: Repeats

    /// Appends a constant part, which repeats the place where it was written last.
    @inline(__always)
    private mutating func appendPart(_ index: Int) {
        let part = parts[index]
        let partMemory = UnsafeRawBufferPointer(partText)
        let start = output.count
        output.appendReserved(partMemory.bytes, from: part.start, to: part.end)
        let end = output.count
        let distance = end &- partPlaces[index]
        partPlaces[index] = end
        if repeats.end == start, repeats.distance != distance,
            output.endOfRepeat(from: start, distance: repeats.distance) == end
        {
            // What is before it repeats another line, and so does this.
            repeats.extend(to: end)
        } else if RepeatCollector.reaches(distance) {
            repeats.append(from: start, to: end, distance: distance)
        }
    }

    /// Lets the repeat that ends at `start` go on as far as what was written since repeats the same
    /// place.
    @inline(__always)
    private mutating func extendRepeat(from start: Int) {
        guard repeats.end == start else { return }
        let end = output.endOfRepeat(from: start, distance: repeats.distance)
        // A few digits that happen to be the same are not worth another length of the repeat.
        if end == output.count || end &- start > 3 { repeats.extend(to: end) }
    }

    /// Notes the name that was written from `start` on, and whether it is one that was written before.
    @inline(__always)
    private mutating func note(_ name: PaddedText, from start: Int, kind: Int) {
        let place = namePlaces.replace(name, kind: kind, with: start)
        let distance = start &- place
        if RepeatCollector.reaches(distance), output.count &- start > 3,
            output.endOfRepeat(from: start, distance: distance) == output.count
        {
            repeats.append(from: start, to: output.count, distance: distance)
        }
    }

    // MARK: Values

    /// Neighbours share their day, so its text is kept.
    @inline(__always)
    private mutating func append(_ time: EventTime) {
        if time < day.start || time >= day.end {
            day = time.day
            time.write(to: dateText)
        }
        let room = output.room
        let dateMemory = UnsafeRawBufferPointer(dateText)
        ByteScan.copy(dateMemory.bytes, from: 0, to: 11, into: room, of: room.count, at: 0)
        time.writeTime(since: day, to: room)
        // The zone is part of what follows.
        output.append(count: EventTime.textSize - 1)
    }

    @inline(__always)
    private mutating func append(_ name: PaddedText, kind: Int) {
        let start = output.count
        append(name)
        note(name, from: start, kind: kind)
    }

    @inline(__always)
    private mutating func append(_ name: PaddedText) {
        guard !name.isPlain else {
            output.reserve(name.size + ByteScan.padding)
            return output.appendReserved(
                name.text.bytes, from: name.start, to: name.start + name.size
            )
        }
        JSONText.appendContent(name.text.bytes, from: name.start, size: name.size, to: &output)
    }

    @inline(__always)
    private mutating func append(_ request: Request) {
        switch request {
        case .none: break
        case .name(let name): append(name)
        case .uuid(let high, let low):
            UUIDText.write(high: high, low: low, to: output.room)
            output.append(count: UUIDText.size)
        }
    }
}
