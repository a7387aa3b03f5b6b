/// The contents of compressed blocks (RFC 1951, section 3.2.3).
extension Inflater {
    /// Reads symbols up to the end of the block, or to a match, which the state tells.
    mutating func readSymbols(
        _ input: inout BitSource, to output: inout UnsafeMutableRawPointer,
        end: UnsafeMutableRawPointer
    ) -> Status {
        while true {
            if input.unread > Self.inputSlack, end - output > Self.outputSlack {
                let status = readManySymbols(&input, to: &output, end: end)
                guard status == .interrupted else { return status }
            }
            // A symbol with its distance has 48 bits at most: where they are not all there, what is
            // decided by zeros in their place is not believed.
            input.fill()
            let entry = literals.entry(for: input.bits)
            guard !entry.isSpecial || entry.isEndOfBlock else {
                return input.count >= Self.longestCode ? .unsound : .interrupted
            }
            guard entry.size <= input.count else { return .interrupted }
            if entry.isEndOfBlock {
                input.drop(entry.size)
                return .end
            }
            if entry.isLiteral {
                guard output < end else { return .interrupted }
                output.storeBytes(of: UInt8(truncatingIfNeeded: entry.value), as: UInt8.self)
                output += 1
                input.drop(entry.size)
                continue
            }
            let rest = input.bits &>> entry.size
            let far = distances.entry(for: rest)
            guard !far.isSpecial else {
                return input.count >= entry.size &+ Self.longestCode ? .unsound : .interrupted
            }
            guard entry.size &+ far.size <= input.count else { return .interrupted }
            remaining = entry.value(with: input.bits)
            distance = far.value(with: rest)
            input.drop(entry.size &+ far.size)
            guard history.reaches(distance, back: output) else { return .unsound }
            state = .match
            return .end
        }
    }

    private static let longestCode: UInt64 = 15

    // MARK: Where there is plenty of input and room

    /// Bytes that are read at most in one turn of the loop, and beyond that.
    private static let inputSlack = 4 * MemoryLayout<UInt64>.size
    /// Bytes that are written at most in one turn of the loop: three literals, the longest match, and
    /// what copying it in steps of sixteen bytes writes beyond it.
    private static let outputSlack = 3 + 258 + 16

    /// Reads symbols until the block ends, or input or room are short.
    ///
    /// After a refill there are at least 56 bits: enough for three literals of the first index, or for
    /// two and a length. The next symbol is looked up before a match is copied, so that both are done at
    /// once.
    @inline(never)
    private mutating func readManySymbols(
        _ input: inout BitSource, to place: inout UnsafeMutableRawPointer,
        end: UnsafeMutableRawPointer
    ) -> Status {
        let (literals, distances) = (self.literals.lookup, self.distances.lookup)
        let start = history.start
        let lastInput = input.end - Self.inputSlack
        let lastOutput = end - Self.outputSlack
        var output = Output(position: place)
        var bits = input.words
        var status = Status.interrupted
        bits.refill()
        var entry = literals[bits.bits]
        while bits.next <= lastInput, output.position <= lastOutput {
            var ahead = bits.bits
            bits.drop(entry)
            if entry.isLiteral {
                output.append(entry)
                entry = literals[bits.bits]
                ahead = bits.bits
                bits.drop(entry)
                if entry.isLiteral {
                    output.append(entry)
                    entry = literals[bits.bits]
                    ahead = bits.bits
                    bits.drop(entry)
                    if entry.isLiteral {
                        output.append(entry)
                        bits.refill()
                        entry = literals[bits.bits]
                        continue
                    }
                }
            }
            if entry.isSpecial {
                if entry.isLink {
                    // A link has no size, so nothing was taken yet.
                    entry = literals.second(entry, for: ahead)
                    bits.drop(entry)
                    if entry.isLiteral {
                        output.append(entry)
                        bits.refill()
                        entry = literals[bits.bits]
                        continue
                    }
                }
                if entry.isSpecial {
                    status = entry.isEndOfBlock ? .end : .unsound
                    break
                }
            }
            let length = entry.value(with: ahead)
            bits.refill()
            var far = distances[bits.bits]
            if far.isSpecial {
                if far.isLink { far = distances.second(far, for: bits.bits) }
                if far.isSpecial {
                    status = .unsound
                    break
                }
            }
            let distance = far.value(with: bits.bits)
            bits.drop(far)
            bits.refill()
            entry = literals[bits.bits]
            if distance <= output.position - start {
                output.appendMatch(length: length, distance: distance)
            } else {
                guard history.reaches(distance, back: output.position) else {
                    status = .unsound
                    break
                }
                history.copy(to: output.position, length: length, distance: distance)
                output.position += length
            }
        }
        input.resume(after: bits)
        place = output.position
        return status
    }

    /// Memory with room for more than is written.
    private struct Output {
        var position: UnsafeMutableRawPointer

        @inline(__always)
        mutating func append(_ literal: PrefixTable.Entry) {
            position.storeBytes(
                of: UInt8(truncatingIfNeeded: literal.value), as: UInt8.self)
            position += 1
        }

        /// Writes the bytes that are `distance` back, in steps that overlap nothing which they read.
        @inline(__always)
        mutating func appendMatch(length: Int, distance: Int) {
            let end = position + length
            if distance >= 16 {
                copy(to: end, distance, inStepsOf: SIMD16<UInt8>.self)
            } else if distance >= 8 {
                copy(to: end, distance, inStepsOf: UInt64.self)
            } else {
                copy(to: end, distance, inStepsOf: UInt8.self)
            }
            position = end
        }

        @inline(__always)
        private mutating func copy<Step: BitwiseCopyable>(
            to end: UnsafeMutableRawPointer, _ distance: Int, inStepsOf: Step.Type
        ) {
            repeat {
                let step = (position - distance).loadUnaligned(as: Step.self)
                position.storeBytes(of: step, as: Step.self)
                position += MemoryLayout<Step>.size
            } while position < end
        }
    }
}
