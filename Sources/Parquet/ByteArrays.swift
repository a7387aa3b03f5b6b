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
