import Gzip
import TestSupport
import Testing

/// The inflater against zlib's, on sound streams and on damaged ones.
struct ZlibAgreementTests {
    /// What an inflater makes of a member: the bytes up to its end, or up to where it is unsound.
    struct Result: Equatable {
        var bytes: [UInt8]
        var isSound: Bool
    }

    static func zlib(_ stream: [UInt8], isZlibStream: Bool) -> Result {
        let inflater = ZlibInflater(ofZlibStream: isZlibStream)
        var output = [UInt8](repeating: 0, count: 1 << 12)
        var result = Result(bytes: [], isSound: false)
        var offset = 0
        while true {
            let step = stream.withUnsafeBytes { stream in
                output.withUnsafeMutableBytes {
                    inflater.step(
                        from: UnsafeRawBufferPointer(rebasing: stream[offset...]), into: $0)
                }
            }
            guard let step else { return result }
            result.bytes += output[..<step.produced]
            offset += step.consumed
            if step.isAtEnd {
                // Other members are none of zlib's business.
                result.isSound = stream[offset...].allSatisfy { $0 == 0 }
                return result
            }
            if step.consumed == 0 && step.produced == 0 { return result }
        }
    }

    static func ours(
        _ stream: [UInt8], cutInto sizes: Range<Int>, using random: inout SeededGenerator
    ) -> Result {
        let gunzip = GunzipStream(ofOneLayer: .max)
        var output = [UInt8](repeating: 0, count: Int.random(in: 3..<10_000, using: &random))
        var result = Result(bytes: [], isSound: false)
        func read(atEnd: Bool) -> Bool {
            while true {
                guard
                    let count = output.withUnsafeMutableBytes({
                        try? gunzip.read(into: $0, atEnd: atEnd)
                    })
                else { return false }
                if count == 0 { return true }
                result.bytes += output[..<count]
            }
        }
        var offset = 0
        while offset < stream.count {
            let size = min(Int.random(in: sizes, using: &random), stream.count - offset)
            let isSound = stream[offset..<offset + size].withUnsafeBytes { chunk in
                gunzip.feed(chunk)
                return read(atEnd: false)
            }
            guard isSound else { return result }
            offset += size
        }
        result.isSound = read(atEnd: true)
        return result
    }

    /// Bytes of one of several kinds, between none and a few hundred thousand.
    static func content(using random: inout SeededGenerator) -> [UInt8] {
        let size = 1 << Int.random(in: 0..<18, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return (0..<size).map { _ in .random(in: 0...255, using: &random) }
        case 1: return (0..<size).map { _ in .random(in: 0..<3, using: &random) }
        case 2: return [UInt8](repeating: .random(in: 0...255, using: &random), count: size)
        case 3:
            // Repeats at every distance up to the window's size and beyond.
            var bytes: [UInt8] = (0..<300).map { _ in .random(in: 0...255, using: &random) }
            while bytes.count < size {
                let distance = Int.random(in: 1...min(bytes.count, 40_000), using: &random)
                let length = Int.random(in: 1...600, using: &random)
                for _ in 0..<length { bytes.append(bytes[bytes.count - distance]) }
                if Bool.random(using: &random) { bytes.append(.random(in: 0...9, using: &random)) }
            }
            return bytes
        case 4:
            // Frequencies so uneven that codes are long.
            return (0..<size).map { _ in
                let exponent = Int.random(in: 0..<16, using: &random)
                return UInt8(
                    truncatingIfNeeded: Int.random(in: 0..<(1 << exponent), using: &random))
            }
        default: return logText(lines: size / 30)
        }
    }

    @Test(arguments: Fuzzing.seeds(20), [false, true])
    func `sound and damaged streams come to what zlib makes of them`(
        seed: UInt64, isZlibStream: Bool
    ) {
        var random = SeededGenerator(seed: seed)
        let content = Self.content(using: &random)
        let level = Int.random(in: 0...9, using: &random)
        let whole =
            isZlibStream ? zlibStream(content, level: level) : member(content, level: level)

        let sound = Self.ours(whole, cutInto: 1..<(1 << 14), using: &random)
        #expect(sound == Result(bytes: content, isSound: true))

        for _ in 0..<20 {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                // After the magic number, or zlib's header, and mostly where the codes are told.
                let last = Bool.random(using: &random) ? min(120, damaged.count) : damaged.count
                let offset = Int.random(in: 3..<last, using: &random)
                damaged[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            if Int.random(in: 0..<8, using: &random) == 0 {
                damaged.removeLast(Int.random(in: 1..<damaged.count - 3, using: &random))
            }

            let theirs = Self.zlib(damaged, isZlibStream: isZlibStream)
            let ours = Self.ours(damaged, cutInto: 1..<5000, using: &random)

            #expect(ours.isSound == theirs.isSound, "seed \(seed)")
            if theirs.isSound { #expect(ours.bytes == theirs.bytes, "seed \(seed)") }
            let common = min(ours.bytes.count, theirs.bytes.count)
            #expect(ours.bytes.prefix(common) == theirs.bytes.prefix(common), "seed \(seed)")
        }
    }
}
