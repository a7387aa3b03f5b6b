/// Takes messages out of an event stream, whose chunks need not end where messages do.
///
/// Both checksums of each message are checked. See "Event stream encoding" in the Amazon Transcribe
/// developer guide.
package struct EventStreamDecoder: Sendable {
    /// Bytes of total size, size of the headers and their checksum.
    private static let preludeSize = 12
    private static let checksumSize = 4
    /// Bytes that the headers of a message may have.
    package static let maximumHeadersSize = 128 << 10
    /// Bytes that the payload of a message may have.
    package static let maximumPayloadSize = 24 << 20

    private var buffer: [UInt8] = []
    /// How much of the buffer has been taken.
    private var start = 0
    /// What is wrong with the stream; it stays wrong.
    private var fault: EventStreamFault?

    package init() {}

    /// Adds a chunk of the stream.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        // Room is taken back once in a while, so that each byte is moved about once.
        if start > 0, start == buffer.count || start > 64 << 10 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next message; nil until more bytes are there.
    package mutating func next() throws(EventStreamFault) -> EventStreamMessage? {
        if let fault { throw fault }
        do throws(EventStreamFault) {
            return try take()
        } catch {
            fault = error
            buffer = []
            start = 0
            throw error
        }
    }

    /// Says that no bytes follow.
    ///
    /// - Throws: ``EventStreamFault/unfinished`` if they end inside a message.
    package func finish() throws(EventStreamFault) {
        if let fault { throw fault }
        guard start == buffer.count else { throw .unfinished }
    }

    private mutating func take() throws(EventStreamFault) -> EventStreamMessage? {
        let left = buffer.count - start
        guard left >= Self.preludeSize else { return nil }
        guard number(at: start + 8) == checksum(of: start..<start + 8) else {
            throw .preludeChecksum
        }
        let size = Int(number(at: start))
        let headersSize = Int(number(at: start + 4))
        guard headersSize <= Self.maximumHeadersSize else { throw .headersTooLong }
        let payloadSize = size - headersSize - Self.preludeSize - Self.checksumSize
        guard payloadSize >= 0 else { throw .length }
        guard payloadSize <= Self.maximumPayloadSize else { throw .payloadTooLong }
        guard left >= size else { return nil }
        let end = start + size - Self.checksumSize
        guard number(at: end) == checksum(of: start..<end) else { throw .messageChecksum }
        let payload = start + Self.preludeSize + headersSize
        var reader = EventStreamHeaderReader(buffer[start + Self.preludeSize..<payload])
        let message = EventStreamMessage(
            headers: try reader.headers(), payload: Array(buffer[payload..<end]))
        start += size
        return message
    }

    private func number(at offset: Int) -> UInt32 {
        buffer[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func checksum(of range: Range<Int>) -> UInt32 {
        var check = CyclicRedundancyCheck(.crc32)
        buffer.withUnsafeBytes { check.update(UnsafeRawBufferPointer(rebasing: $0[range])) }
        return check.value.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
