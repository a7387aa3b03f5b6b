/// The form of a usage line, learned from one that the general parser took: which bytes stand
/// between its values, and what each value is.
///
/// A producer writes all its lines in one form, so the next line most often differs in the values
/// alone. Where it does not, the match fails and the general parser decides; a match never decides
/// differently. A shape is two pointers and two numbers, so that using one counts no references;
/// ``deallocate()`` frees what it points to.
struct LineShape {
    enum Slot: UInt8 {
        case time, tenant, user, model, request
        case input, output, total, cacheRead, cacheWrite
        case otherString, otherNumber
        /// What follows the last value.
        case end
    }

    /// A literal and the value after it.
    private struct Step: Equatable {
        /// Bytes of the literal.
        var size: Int
        /// Its first block in `blocks`, and how many it has.
        var firstBlock: Int
        var blockCount: Int
        var slot: Slot
    }

    /// Thirty-two bytes of a literal, or its last ones.
    private struct Block: Equatable {
        /// Zeros after the literal's end.
        var bytes: SIMD4<UInt64>
        /// All bits of the literal's bytes.
        var mask: SIMD4<UInt64>

        static let size = MemoryLayout<SIMD4<UInt64>>.size

        /// `count` bytes from `offset`.
        init(_ text: RawSpan, at offset: Int, count: Int) {
            var mask = SIMD32<UInt8>()
            for index in 0..<min(count, Self.size) { mask[index] = 0xff }
            self.mask = unsafe unsafeBitCast(mask, to: SIMD4<UInt64>.self)
            bytes = text.uncheckedWords(at: offset) & self.mask
        }

        /// Whether the text at `offset` is these bytes.
        @inline(__always)
        func matches(_ text: RawSpan, at offset: Int) -> Bool {
            let difference = (text.uncheckedWords(at: offset) & mask) ^ bytes
            let half = difference.lowHalf | difference.highHalf
            return half[0] | half[1] == 0
        }
    }

    private let blocks: UnsafeBufferPointer<Block>
    private let steps: UnsafeBufferPointer<Step>
    private let hasTotal: Bool

    static let maximumValues = 32

    /// The shape of the line in `start..<end`, whose `values` are given in order; nil where a line
    /// has too many, or no timestamp, or is several lines, which would have to be counted.
    init?(
        _ text: RawSpan, from start: Int, to end: Int,
        values: [(slot: Slot, start: Int, end: Int)]
    ) {
        guard values.count <= Self.maximumValues, values.contains(where: { $0.slot == .time })
        else { return nil }
        ByteScan.checkPadding(of: text, from: start, to: end)
        var blocks: [Block] = []
        var steps: [Step] = []
        var offset = start
        for value in values + [(slot: .end, start: end, end: end)] {
            guard ByteScan.first(0x0a, in: text, from: offset, to: value.start) == value.start
            else {
                return nil
            }
            let size = value.start - offset
            let firstBlock = blocks.count
            for position in stride(from: 0, to: size, by: Block.size) {
                blocks.append(Block(text, at: offset + position, count: size - position))
            }
            steps.append(
                Step(
                    size: size, firstBlock: firstBlock, blockCount: blocks.count - firstBlock,
                    slot: value.slot
                )
            )
            offset = value.end
        }
        self.blocks = Self.allocate(blocks)
        self.steps = Self.allocate(steps)
        hasTotal = values.contains { $0.slot == .total }
    }

    private static func allocate<Element>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = memory.initialize(from: elements)
        return UnsafeBufferPointer(memory)
    }

    func deallocate() {
        blocks.deallocate()
        steps.deallocate()
    }

    func isSame(as other: LineShape) -> Bool {
        blocks.elementsEqual(other.blocks) && steps.elementsEqual(other.steps)
    }

    /// Fills `row` from a line of this shape that begins at `start`.
    ///
    /// - Returns: where the line ends, or -1 where it does not match.
    @inline(__always)
    func match(
        _ text: RawSpan, from start: Int, to end: Int,
        timestamps: inout TimestampParser, row: inout UsageBatchRow
    ) -> Int {
        ByteScan.checkPadding(of: text, from: start, to: end)
        var offset = start
        row.request = TextSlice()
        row.tokens.cacheRead = 0
        row.tokens.cacheWrite = 0
        var other = TextSlice()
        for step in steps {
            guard offset &+ step.size <= end else { return -1 }
            var block = step.firstBlock
            let endOfBlocks = block &+ step.blockCount
            var literalOffset = offset
            while block < endOfBlocks {
                guard blocks[block].matches(text, at: literalOffset) else { return -1 }
                block &+= 1
                literalOffset &+= Block.size
            }
            offset &+= step.size
            switch step.slot {
            case .end:
                if !hasTotal {
                    guard let total = row.tokens.sumOfParts else { return -1 }
                    row.tokens.total = total
                }
                return offset
            case .time:
                let stop = Self.endOfTime(text, from: offset, to: end)
                guard let time = timestamps.parse(text, from: offset, to: stop) else { return -1 }
                row.time = time.microseconds
                row.mayRecur = time.isCoarse
                offset = stop
            case .tenant:
                guard Self.takeString(text, &offset, end, &row.tenant), !row.tenant.isEmpty
                else { return -1 }
            case .user:
                guard Self.takeString(text, &offset, end, &row.user) else { return -1 }
            case .model:
                guard Self.takeString(text, &offset, end, &row.model), !row.model.isEmpty
                else { return -1 }
            case .request:
                guard Self.takeString(text, &offset, end, &row.request) else { return -1 }
            case .otherString:
                guard Self.takeString(text, &offset, end, &other) else { return -1 }
            case .input:
                guard Self.takeCount(text, &offset, &row.tokens.input) else { return -1 }
            case .output:
                guard Self.takeCount(text, &offset, &row.tokens.output) else { return -1 }
            case .total:
                guard Self.takeCount(text, &offset, &row.tokens.total) else { return -1 }
            case .cacheRead:
                guard Self.takeCount(text, &offset, &row.tokens.cacheRead) else { return -1 }
            case .cacheWrite:
                guard Self.takeCount(text, &offset, &row.tokens.cacheWrite) else { return -1 }
            case .otherNumber:
                guard let stop = Self.endOfNumber(text, from: offset, to: end) else { return -1 }
                offset = stop
            }
        }
        return -1
    }

    /// Passes a string without escapes, up to its closing quote; returns whether it is one.
    @inline(__always)
    private static func takeString(
        _ text: RawSpan, _ offset: inout Int, _ end: Int, _ slice: inout TextSlice
    ) -> Bool {
        var stop = ByteScan.endOfPlainString(in: text, from: offset, to: end)
        if stop >= end || text.byte(at: stop) != 0x22 {
            stop = endOfUnicodeString(text, from: offset, to: end)
            guard stop >= 0 else { return false }
        }
        slice = TextSlice(from: offset, to: stop)
        offset = stop
        return true
    }

    /// The closing quote of a string without escapes, else -1.
    @inline(never)
    private static func endOfUnicodeString(_ text: RawSpan, from start: Int, to end: Int) -> Int {
        var scanner = JSONScanner(from: start, to: end)
        guard let value = try? scanner.string(text), !value.hasEscapes else { return -1 }
        return value.end
    }

    /// Where a timestamp's closing quote stands, the usual places first.
    @inline(__always)
    private static func endOfTime(_ text: RawSpan, from start: Int, to end: Int) -> Int {
        if start &+ 28 <= end {
            if text.byte(at: start &+ 26) == 0x22 { return start &+ 26 }
            if text.byte(at: start &+ 27) == 0x22 { return start &+ 27 }
        }
        return ByteScan.first(0x22, in: text, from: start, to: min(end, start &+ 40))
    }

    /// Passes a number of up to 7 digits; returns whether there is one.
    @inline(__always)
    private static func takeCount(
        _ text: RawSpan, _ offset: inout Int, _ count: inout Int64
    ) -> Bool {
        let digits = DecimalDigits.values(text.word(at: offset))
        let size = DecimalDigits.count(digits)
        // A zero in front is not JSON, except alone.
        guard size > 0, size < 8, digits & 0xff != 0 || size == 1 else { return false }
        offset &+= size
        count = DecimalDigits.number(digits, count: size)
        return true
    }

    @inline(never)
    private static func endOfNumber(_ text: RawSpan, from start: Int, to end: Int) -> Int? {
        var scanner = JSONScanner(from: start, to: end)
        guard start < end, (try? scanner.number(text)) != nil else { return nil }
        return scanner.offset
    }
}
