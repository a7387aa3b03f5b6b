internal import NIOCore

/// A part of a file as the body of a request, read while it is sent.
struct FileBody: AsyncSequence, Sendable {
    let path: String
    /// Bytes of the file.
    let range: Range<Int64>

    static let chunkSize = 256 << 10

    func makeAsyncIterator() -> Iterator {
        Iterator(path: path, range: range)
    }

    /// Opens the file when the first chunk is asked for.
    struct Iterator: AsyncIteratorProtocol {
        private let path: String
        private var range: Range<Int64>
        private var file: OpenFile?

        init(path: String, range: Range<Int64>) {
            self.path = path
            self.range = range
        }

        mutating func next() async throws -> ByteBuffer? {
            guard !range.isEmpty else { return nil }
            let file = try self.file ?? OpenFile(path)
            self.file = file
            let size = Int(
                Swift.min(range.upperBound - range.lowerBound, Int64(FileBody.chunkSize)))
            let buffer = try file.read(size, at: range.lowerBound)
            range = (range.lowerBound + Int64(buffer.readableBytes))..<range.upperBound
            return buffer
        }
    }
}
