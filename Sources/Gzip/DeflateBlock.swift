/// A stretch of a text as one block with Huffman codes of its own (RFC 1951, section 3.2.7).
///
/// Nothing is searched for: repeats are those that the caller knows, every other byte is a literal.
struct DeflateBlock {
    /// How many bytes of text a block takes, a last repeat apart.
    static let size = 1 << 18

    /// Codes of literals and lengths are shorter than they may be, so that four fit a word.
    private static let longestLiteral = 14
    private static let longestDistance = 15
    private static let endOfBlock = 256

    private let literalCounts: [UInt32]
    private let distanceCounts: [UInt32]
    private let steps: DeflateSteps
    private let start: DeflateSteps.Place
    /// Where the next block begins.
    let end: DeflateSteps.Place

    init(_ steps: DeflateSteps, from start: DeflateSteps.Place) {
        self.steps = steps
        self.start = start
        var literalCounts = [UInt32](repeating: 0, count: 286)
        var distanceCounts = [UInt32](repeating: 0, count: 30)
        literalCounts[Self.endOfBlock] = 1
        end = literalCounts.withUnsafeMutableBufferPointer { literals in
            distanceCounts.withUnsafeMutableBufferPointer { distances in
                steps.walk(from: start, size: Self.size) { text in
                    for byte in text { literals[Int(byte)] &+= 1 }
                } repeated: { length, distance in
                    literals[Repeat.symbol(ofLength: length).symbol] &+= 1
                    distances[Repeat.symbol(ofDistance: distance).symbol] &+= 1
                }
            }
        }
        self.literalCounts = literalCounts
        self.distanceCounts = distanceCounts
    }

    func write(isLast: Bool, to writer: inout BitWriter) {
        let literals = HuffmanCode(
            frequencies: literalCounts, maximumLength: Self.longestLiteral
        )
        let distances = HuffmanCode(
            frequencies: distanceCounts, maximumLength: Self.longestDistance
        )
        let header = DeflateHeader(literals: literals, distances: distances)
        writer.reserve(header.largestSize + bodySize(literals, distances))
        header.write(isLast: isLast, to: &writer)
        writeBody(literals, distances, to: &writer)
    }

    /// Bytes that the codes and the bits after them take.
    private func bodySize(_ literals: HuffmanCode, _ distances: HuffmanCode) -> Int {
        var bits = 0
        for (symbol, count) in literalCounts.enumerated() {
            // The extra bits of all lengths but the longest one, which has none (section 3.2.5).
            let extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4
            bits += Int(count) * (Int(literals.lengths[symbol]) + extra)
        }
        for (symbol, count) in distanceCounts.enumerated() {
            bits += Int(count) * (Int(distances.lengths[symbol]) + max(0, symbol / 2 - 1))
        }
        return bits / 8 + 1
    }

    private func writeBody(
        _ literals: HuffmanCode, _ distances: HuffmanCode, to writer: inout BitWriter
    ) {
        let literalCodes = BitString.table(of: literals)
        let distanceCodes = BitString.table(of: distances)
        let lengthCodes = Repeat.lengths.map { length in
            let (symbol, extra, extraCount) = Repeat.symbol(ofLength: length)
            return literalCodes[symbol].appending(extra, extraCount)
        }
        literalCodes.withUnsafeBufferPointer { literalCodes in
            lengthCodes.withUnsafeBufferPointer { lengthCodes in
                distanceCodes.withUnsafeBufferPointer { distanceCodes in
                    _ = steps.walk(from: start, size: Self.size) { text in
                        writer.write(text, literalCodes)
                    } repeated: { length, distance in
                        let (symbol, extra, extraCount) = Repeat.symbol(ofDistance: distance)
                        writer.add(lengthCodes[length &- Repeat.lengths.lowerBound])
                        writer.add(distanceCodes[symbol])
                        writer.add(UInt64(extra), UInt64(extraCount))
                        writer.flush()
                    }
                }
            }
        }
        writer.add(literalCodes[Self.endOfBlock])
        writer.flush()
    }
}
