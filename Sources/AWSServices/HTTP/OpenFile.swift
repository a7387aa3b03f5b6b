internal import Foundation
internal import NIOCore

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
