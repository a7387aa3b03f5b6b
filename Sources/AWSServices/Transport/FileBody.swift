internal import Foundation
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

/// An open file, closed when nobody holds it any more.
final class OpenFile: Sendable {
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit {
        close(descriptor)
    }

    /// 1 to `size` bytes of the file.
    ///
    /// - Throws: ``TransportError/unreadableFile(path:reason:)``, also where the file ends before.
    func read(_ size: Int, at offset: Int64) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        var count = -1
        repeat {
            count = buffer.withUnsafeMutableWritableBytes {
                pread(descriptor, $0.baseAddress, size, off_t(offset))
            }
        } while count < 0 && errno == EINTR
        guard count >= 0 else { throw Self.failure(path) }
        guard count > 0 else {
            throw TransportError.unreadableFile(path: path, reason: "it has become shorter")
        }
        buffer.moveWriterIndex(forwardBy: count)
        return buffer
    }

    /// Gives the bytes of `range` to `body`, in order and in parts.
    func forEachPart(
        of range: Range<Int64>, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let size = Int(min(range.upperBound - offset, Int64(FileBody.chunkSize)))
            let buffer = try read(size, at: offset)
            try buffer.withUnsafeReadableBytes(body)
            offset += Int64(buffer.readableBytes)
        }
    }

    private static func failure(_ path: String) -> TransportError {
        .unreadableFile(path: path, reason: String(cString: strerror(errno)))
    }
}
