/// Any number of byte arrays in one piece of memory.
package struct ByteArrays: Sendable, Hashable {
    /// All bytes, one array after another.
    package private(set) var bytes: [UInt8]
    /// Where each array begins in ``bytes``, and at last where the last one ends.
    package private(set) var offsets: [Int]

    package init() {
        bytes = []
        offsets = [0]
    }

    /// Takes memory that is laid out already, without a copy.
    ///
    /// - Precondition: `offsets` begins with 0, never falls, and ends with the number of bytes.
    /// - Complexity: O(*n*) for *n* offsets.
    package init(bytes: [UInt8], offsets: [Int]) {
        precondition(
            offsets.first == 0 && offsets.last == bytes.count
                && zip(offsets, offsets.dropFirst()).allSatisfy(<=),
            "the offsets do not fit the bytes"
        )
        self.bytes = bytes
        self.offsets = offsets
    }

    package init(_ arrays: some Sequence<some Collection<UInt8>>) {
        self.init()
        for array in arrays { append(array) }
    }

    package var count: Int { offsets.count - 1 }

    package subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[offsets[index]..<offsets[index + 1]]
    }

    package mutating func append(_ array: some Collection<UInt8>) {
        bytes.append(contentsOf: array)
        offsets.append(bytes.count)
    }

    /// Appends arrays that each begin as the one before them, the first one as an empty one.
    ///
    /// - Parameters:
    ///   - prefixes: how many bytes each shares.
    ///   - lengths: how many bytes each takes from `rests` then.
    ///   - size: the bytes of all new arrays.
    /// - Precondition: no array shares more than the one before it has, and there are such bytes.
    mutating func append(
        sharing prefixes: [Int32], then lengths: [Int32], of rests: ArraySlice<UInt8>, size: Int
    ) {
        let start = bytes.count
        offsets.reserveCapacity(offsets.count + prefixes.count)
        bytes.append(contentsOf: repeatElement(0, count: size))
        bytes.withUnsafeMutableBytes { memory in
            rests.withUnsafeBytes { rests in
                var previous = start
                var end = start
                var taken = 0
                for index in prefixes.indices {
                    let array = end
                    let prefix = Int(prefixes[index])
                    let length = Int(lengths[index])
                    precondition(previous &+ prefix <= end && taken &+ length <= rests.count)
                    precondition(end &+ prefix &+ length <= memory.count)
                    UnsafeMutableRawBufferPointer(rebasing: memory[end..<end &+ prefix]).copyMemory(
                        from: UnsafeRawBufferPointer(
                            rebasing: memory[previous..<previous &+ prefix]))
                    end &+= prefix
                    UnsafeMutableRawBufferPointer(rebasing: memory[end..<end &+ length]).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: rests[taken..<taken &+ length]))
                    end &+= length
                    taken &+= length
                    previous = array
                    offsets.append(end)
                }
            }
        }
    }

    package mutating func reserveCapacity(arrays: Int, bytes: Int) {
        offsets.reserveCapacity(arrays + 1)
        self.bytes.reserveCapacity(bytes)
    }

    func withMemory<Result>(
        _ body: (UnsafeRawBufferPointer, UnsafeBufferPointer<Int>) throws -> Result
    ) rethrows -> Result {
        try bytes.withUnsafeBytes { bytes in
            try offsets.withUnsafeBufferPointer { try body(bytes, $0) }
        }
    }
}
