internal import Gzip

/// Documents in Base64, most often compressed, as Lambda, Kinesis and Firehose hand them on.
enum EncodedPayload {
    /// Bytes of text that are held as a whole; what is longer is inflated a second time, so that no payload
    /// takes more memory than this.
    private static let heldSize = 1 << 20
    private static let chunkSize = 1 << 16

    /// What decodes a payload that is known to be sound.
    enum Content {
        /// What was compressed, or was not.
        case text([UInt8])
        /// The payload itself, whose text is too long to be held.
        case compressed
    }

    /// Inflates a payload to its end, so that nothing of a damaged one is taken; nil where it is damaged.
    ///
    /// - Throws: ``GzipError/overLimit(byteOffset:)``, and no other error.
    static func check(
        _ payload: [UInt8], within budget: InflationBudget
    ) throws(GzipError) -> Content? {
        var text: [UInt8] = []
        var isHeld = true
        let isSound = try inflate(payload, within: budget) { chunk in
            if isHeld, text.count + chunk.count <= heldSize {
                text += chunk
            } else {
                isHeld = false
                text = []
            }
            return true
        }
        guard isSound else { return nil }
        return isHeld ? .text(text) : .compressed
    }

    /// Whether usage is seen in what some Base64 stands for.
    ///
    /// - Throws: ``GzipError/overLimit(byteOffset:)``, and no other error.
    static func mentionsUsage(
        _ payload: [UInt8], within budget: InflationBudget
    ) throws(GzipError) -> Bool {
        // A marker may lie across the end of a chunk; with each letter escaped it is not longer than this.
        let overlap = 1 << 12
        var text: [UInt8] = []
        var isFound = false
        _ = try inflate(payload, within: budget) { chunk in
            text += chunk
            let size = text.count
            text += repeatElement(0, count: ByteScan.padding)
            isFound = UsageHints.mentionsUsage(text.span.bytes, from: 0, to: size)
            text.removeLast(ByteScan.padding)
            text.removeFirst(max(0, size - overlap))
            return !isFound
        }
        return isFound
    }

    /// Hands on the text of a payload, compressed or not, as long as `body` says so; returns whether all of
    /// that was sound.
    private static func inflate(
        _ payload: [UInt8], within budget: InflationBudget,
        _ body: (UnsafeRawBufferPointer) -> Bool
    ) throws(GzipError) -> Bool {
        let stream = GunzipStream(inside: budget)
        // Text of logs is some ten times as long as when it is compressed.
        let size = max(4096, min(10 * payload.count, chunkSize))
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { memory.deallocate() }
        return try payload.span.bytes.withUnsafeBytes { bytes throws(GzipError) -> Bool in
            stream.feed(bytes)
            for atEnd in [false, true] {
                while true {
                    let read: Int
                    do throws(GzipError) {
                        read = try stream.read(into: memory, atEnd: atEnd)
                    } catch {
                        guard case .overLimit = error else { return false }
                        throw error
                    }
                    guard read > 0 else { break }
                    let chunk = UnsafeRawBufferPointer(rebasing: memory[..<read])
                    guard body(chunk) else { return true }
                }
            }
            return true
        }
    }
}
