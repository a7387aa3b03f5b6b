/// Pieces of a line that have come so far, in the order in which they came.
struct PartialLine {
    /// The text, with what stood before the first piece; no more than one byte over the limit of a line.
    var bytes: [UInt8]
    /// The nearest time around the first piece.
    let time: Int64?
    /// Where that lies.
    let line: Int
    let byteOffset: Int
    /// Where what stands before the text says that it is a piece.
    var flag: Int?
    /// Pieces that were shorter than a buffer.
    var shortPieces = 0

    /// Short pieces that Docker's lines are put together from.
    static let maximumShortPieces = 64

    init(_ head: [UInt8], time: Int64?, line: Int, byteOffset: Int) {
        bytes = head
        self.time = time
        self.line = line
        self.byteOffset = byteOffset
    }

    mutating func add(_ piece: some Collection<UInt8>, limit: Int) {
        bytes += piece.prefix(limit + 1 - bytes.count)
    }

    /// Whether usage may have lain in it.
    var mayBearUsage: Bool {
        let text = bytes + [UInt8](repeating: 0, count: ByteScan.padding)
        let (span, size) = (text.span.bytes, bytes.count)
        return UsageHints.mentionsUsage(span, from: 0, to: size)
            || ByteScan.contains("_token", in: span, from: 0, to: size)
            || ByteScan.contains("tenant_id", in: span, from: 0, to: size)
    }
}
