/// Writes Snappy's block format, for tests: greedy, and with every kind of element.
enum Snappy {
    static func size(_ size: Int) -> [UInt8] {
        size < 0x80 ? [UInt8(size)] : [UInt8(size & 0x7f | 0x80)] + Self.size(size >> 7)
    }

    static func literal(_ bytes: some Collection<UInt8>, lengthBytes: Int? = nil) -> [UInt8] {
        let length = bytes.count - 1
        let count =
            lengthBytes ?? (length < 60 ? 0 : length < 1 << 8 ? 1 : length < 1 << 16 ? 2 : 3)
        let tag = UInt8((count == 0 ? length : 59 + count) << 2)
        return [tag] + little(length, count) + bytes
    }

    /// - Parameter distanceBytes: 1, for 4 to 11 bytes and distances below 2,048, 2 or 4.
    static func copy(_ length: Int, from distance: Int, distanceBytes: Int) -> [UInt8] {
        switch distanceBytes {
        case 1: [UInt8(1 | (length - 4) << 2 | (distance >> 8) << 5), UInt8(distance & 0xff)]
        case 2: [UInt8(2 | (length - 1) << 2)] + little(distance, 2)
        default: [UInt8(3 | (length - 1) << 2)] + little(distance, 4)
        }
    }

    private static func little(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// A block that stands for `bytes`.
    static func block(of bytes: [UInt8]) -> [UInt8] {
        var block = size(bytes.count)
        var seen: [[UInt8]: Int] = [:]
        var literals: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let key = Array(bytes[position..<min(position + 4, bytes.count)])
            let match = key.count == 4 ? seen.updateValue(position, forKey: key) : nil
            guard let match else {
                literals.append(bytes[position])
                position += 1
                continue
            }
            if !literals.isEmpty { block += literal(literals) }
            literals = []
            var length = 4
            // A copy may reach into what it makes.
            while length < 64, position + length < bytes.count,
                bytes[match + length] == bytes[position + length]
            {
                length += 1
            }
            let distance = position - match
            let isShort = length < 12 && distance < 2048
            block += copy(
                length, from: distance,
                distanceBytes: isShort ? 1 : distance < 1 << 16 ? 2 : 4)
            position += length
        }
        if !literals.isEmpty { block += literal(literals) }
        return block
    }
}
