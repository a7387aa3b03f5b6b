/// Inflates DEFLATE streams, one after another, from pieces of any size to pieces of any size (RFC 1951).
struct Inflater: ~Copyable {
    enum Status {
        /// There is no more input, or no more room.
        case interrupted
        case end
        case unsound
    }

    /// What comes next in the stream.
    enum State {
        case blockHeader, storedSize, stored, tableSizes, codeLengthLengths, codeLengths, symbols
        /// The rest of a match, for which there was no room.
        case match
        case end
    }

    var state = State.blockHeader
    private var isLastBlock = false
    var literals = PrefixTable(indexSize: 11, capacity: 4096)
    var distances = PrefixTable(indexSize: 8, capacity: 1024)
    private var codeLengths = PrefixTable(indexSize: 7, capacity: 128)
    private var tablesAreFixed = false
    /// The lengths of a block's codes: those of literals, then those of distances.
    private let lengths: UnsafeMutableBufferPointer<UInt8>
    private var lengthCount = 0
    private var literalCount = 0
    private var distanceCount = 0
    private var codeLengthCount = 0
    /// Bytes of a stored block, or of a match, that are still to be written.
    var remaining = 0
    /// How far back the match is.
    var distance = 0
    var history = History()

    init() {
        lengths = .allocate(capacity: DeflateSymbols.fixedLengths.count)
        lengths.initialize(repeating: 0)
    }

    deinit {
        lengths.deallocate()
    }

    /// Begins another stream.
    mutating func reset() {
        state = .blockHeader
        history.clear()
    }

    /// Inflates to the memory from `output` to `end`, as far as input and room go, and moves `output` on.
    mutating func inflate(
        _ input: inout BitSource, to output: inout UnsafeMutableRawPointer,
        end: UnsafeMutableRawPointer
    ) -> Status {
        history.begin(at: output)
        defer { history.end(at: output) }
        while true {
            switch state {
            case .symbols:
                let status = readSymbols(&input, to: &output, end: end)
                guard status == .end else { return status }
                if state == .symbols { endBlock() }
            case .match:
                let length = min(remaining, end - output)
                history.copy(to: output, length: length, distance: distance)
                output += length
                remaining -= length
                guard remaining == 0 else { return .interrupted }
                state = .symbols
            case .stored:
                remaining -= input.move(upTo: remaining, to: &output, end: end)
                guard remaining == 0 else { return .interrupted }
                endBlock()
            case .end: return .end
            case .blockHeader, .storedSize, .tableSizes, .codeLengthLengths, .codeLengths:
                let status = readHeader(&input)
                guard status == .end else { return status }
            }
        }
    }

    private mutating func endBlock() {
        state = isLastBlock ? .end : .blockHeader
    }

    // MARK: What comes before a block's contents

    /// Reads a part of a block's header, and tells by the state what follows it.
    private mutating func readHeader(_ input: inout BitSource) -> Status {
        switch state {
        case .storedSize:
            let padding = input.count & 7
            guard input.has(padding + 32) else { return .interrupted }
            input.align()
            let size = input.take(16)
            guard input.take(16) == size ^ 0xffff else { return .unsound }
            remaining = Int(size)
            state = .stored
        case .tableSizes:
            guard input.has(14) else { return .interrupted }
            literalCount = Int(input.take(5)) + 257
            distanceCount = Int(input.take(5)) + 1
            codeLengthCount = Int(input.take(4)) + 4
            guard literalCount <= 286, distanceCount <= 30 else { return .unsound }
            lengthCount = 0
            for index in DeflateSymbols.codeLengths.indices { lengths[index] = 0 }
            state = .codeLengthLengths
        case .codeLengthLengths: return readCodeLengthLengths(&input)
        case .codeLengths: return readCodeLengths(&input)
        default:
            guard input.has(3) else { return .interrupted }
            isLastBlock = input.take(1) == 1
            switch input.take(2) {
            case 0: state = .storedSize
            case 1:
                useFixedTables()
                state = .symbols
            case 2: state = .tableSizes
            default: return .unsound
            }
        }
        return .end
    }

    private mutating func useFixedTables() {
        if tablesAreFixed { return }
        for (index, length) in DeflateSymbols.fixedLengths.enumerated() { lengths[index] = length }
        literalCount = DeflateSymbols.fixedLiteralCount
        lengthCount = DeflateSymbols.fixedLengths.count
        tablesAreFixed = fillTables()
    }

    /// Makes the tables of literals and distances; returns whether the lengths of their codes are sound.
    private mutating func fillTables() -> Bool {
        // A block without a code for its end is none.
        lengths[256] > 0
            && literals.fill(lengths: part(0..<literalCount), symbols: DeflateSymbols.literals)
            && distances.fill(
                lengths: part(literalCount..<lengthCount), symbols: DeflateSymbols.distances)
    }

    private func part(_ range: Range<Int>) -> UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(rebasing: lengths[range])
    }

    private mutating func readCodeLengthLengths(_ input: inout BitSource) -> Status {
        while lengthCount < codeLengthCount {
            guard input.has(3) else { return .interrupted }
            lengths[DeflateSymbols.codeLengthOrder[lengthCount]] = UInt8(input.take(3))
            lengthCount += 1
        }
        let symbols = DeflateSymbols.codeLengths
        guard
            codeLengths.fill(
                lengths: part(symbols.indices), symbols: symbols, mayBeIncomplete: false)
        else { return .unsound }
        lengthCount = 0
        state = .codeLengths
        return .end
    }

    private mutating func readCodeLengths(_ input: inout BitSource) -> Status {
        let total = literalCount + distanceCount
        while lengthCount < total {
            input.fill()
            let entry = codeLengths.entry(for: input.bits)
            let symbol = entry.value
            // How many bits follow, and how many lengths that makes at least.
            let (extraBits, least): (UInt64, Int) =
                switch symbol {
                case 16: (2, 3)
                case 17: (3, 3)
                case 18: (7, 11)
                default: (0, 1)
                }
            guard input.count >= entry.size &+ extraBits else { return .interrupted }
            input.drop(entry.size)
            let count = least + Int(input.take(extraBits))
            guard lengthCount + count <= total, symbol != 16 || lengthCount > 0
            else { return .unsound }
            let length =
                symbol == 16 ? lengths[lengthCount - 1] : symbol > 16 ? 0 : UInt8(symbol)
            for _ in 0..<count {
                lengths[lengthCount] = length
                lengthCount += 1
            }
        }
        tablesAreFixed = false
        guard fillTables() else { return .unsound }
        state = .symbols
        return .end
    }
}
