/// How a block of Snappy is told, which has no signature: by how it goes on.
///
/// Firehose and Hadoop write such blocks, with their sizes before them or without. They hold whole stretches
/// of the text as it was, so that some of their lines would be taken for usage.
enum SnappyBlock {
    /// Whether a block begins with `bytes`, or behind the two sizes that Hadoop writes.
    ///
    /// - Parameter isWhole: whether that is all of the object.
    static func mayBegin(_ bytes: [UInt8], isWhole: Bool) -> Bool {
        if isBlock(bytes[...], isWhole: isWhole) { return true }
        guard bytes.count > 8, bytes[0] == 0, bytes[4] == 0 else { return false }
        let size = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
        let block = bytes[8...].prefix(size)
        return isBlock(block, isWhole: block.count == size)
    }

    /// Walks over the elements of a block: literals, and copies of what came before them.
    private static func isBlock(_ bytes: ArraySlice<UInt8>, isWhole: Bool) -> Bool {
        var rest = bytes
        // 128 bytes or more; less is not worth a compression, and may be text.
        guard let first = rest.first, first >= 0x80, let size = takeSize(&rest) else {
            return false
        }
        var produced = 0
        var elements = 0
        while let tag = rest.popFirst() {
            let isLiteral = tag & 3 == 0
            guard elements > 0 || isLiteral else { return false }
            elements += 1
            let extra = isLiteral ? max(0, Int(tag >> 2) - 59) : [0, 1, 2, 4][Int(tag & 3)]
            guard rest.count >= extra else { return !isWhole }
            let number = rest.prefix(extra).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(extra)
            switch tag & 3 {
            case 0:
                let length = (extra == 0 ? Int(tag >> 2) : number) + 1
                produced += length
                guard produced <= size else { return false }
                guard rest.count >= length else { return !isWhole }
                rest = rest.dropFirst(length)
            case 1:
                let distance = Int(tag >> 5) << 8 | number
                guard distance > 0, distance <= produced else { return false }
                produced += Int(tag >> 2 & 7) + 4
            default:
                guard number > 0, number <= produced else { return false }
                produced += Int(tag >> 2) + 1
            }
            guard produced <= size else { return false }
        }
        return !isWhole || produced == size
    }

    /// Takes the size of what was compressed, seven bits a byte; nil where none begins.
    private static func takeSize(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var size = 0
        for index in 0..<5 {
            guard let byte = bytes.popFirst() else { return nil }
            size |= Int(byte & 0x7f) << (7 * index)
            if byte < 0x80 { return size }
        }
        return nil
    }
}
