/// Cuts bytes that come piece by piece into lines.
package struct LineCutter {
    /// Bytes of a line at most, its end left out.
    package let maximumSize: Int
    private var rest: [UInt8] = []

    /// A line was longer than it may be.
    package struct TooLong: Error {}

    package init(maximumSize: Int) {
        self.maximumSize = maximumSize
    }

    /// Hands on the lines that `piece` completes, without their ends.
    package mutating func add(
        _ piece: UnsafeRawBufferPointer, _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        var start = piece.startIndex
        while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
            guard rest.count + (end - start) <= maximumSize else { throw TooLong() }
            rest += piece[start..<end]
            try body(rest[...])
            rest.removeAll(keepingCapacity: true)
            start = end + 1
        }
        guard rest.count + (piece.endIndex - start) <= maximumSize else { throw TooLong() }
        rest += piece[start...]
    }

    /// Hands on what comes after the last line end, if it is anything.
    package mutating func finish(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        defer { rest = [] }
        if !rest.isEmpty { try body(rest[...]) }
    }
}
