/// Bytes as they were before compression, whatever the layers: none, gzip with any number of
/// members, or gzip inside gzip.
///
/// What is compressed is told by the magic number alone, never by a name. Input is given in chunks
/// by ``feed(_:)`` and taken out by ``read(into:atEnd:)``, straight into the caller's memory.
package final class GunzipStream {
    private let limits: GunzipLimits
    /// Outermost first; empty where the bytes are not compressed.
    private var layers: [MemberInflater] = []
    /// What lies before each layer: the first bytes of the stream, then the outputs of the layers.
    private var buffers = [ByteQueue(capacity: magicSize)]
    private var input = UnsafeRawBufferPointer(start: nil, count: 0)
    private var outermostIsKnown = false
    private var innermostIsKnown = false
    /// Compressed bytes taken so far.
    package private(set) var consumed = 0

    private static let magicSize = magic.count
    private static let bufferSize = 1 << 16

    package init(limits: GunzipLimits) {
        self.limits = limits
    }

    /// Gives the next bytes, which must stay valid until ``read(into:atEnd:)`` has returned 0.
    package func feed(_ chunk: UnsafeRawBufferPointer) {
        precondition(input.isEmpty, "the last chunk was not read to its end")
        input = chunk
    }

    /// Fills `output` as far as the input goes.
    ///
    /// - Parameters:
    ///   - output: at least three bytes, so that a layer of gzip can be told.
    ///   - atEnd: whether no more input will come.
    /// - Returns: the bytes written; 0 where more input is needed, or the end is reached.
    /// - Throws: ``GzipError``; at the end also where a member is not whole.
    package func read(
        into output: UnsafeMutableRawBufferPointer,
        atEnd: Bool
    ) throws(GzipError) -> Int {
        guard try knowOutermost(atEnd: atEnd) else { return 0 }
        var written = try pull(through: layers.count, into: output)
        while !innermostIsKnown && written > 0 {
            if written < Self.magicSize && !atEnd {
                // Too little to tell; keep it before a layer that may yet come.
                buffers[layers.count].append(UnsafeRawBufferPointer(output).prefix(written))
                return 0
            }
            let bytes = UnsafeRawBufferPointer(output).prefix(written)
            guard Self.isGzip(bytes) else {
                innermostIsKnown = true
                break
            }
            guard layers.count < limits.maximumDepth else {
                throw .nestedTooDeep(byteOffset: consumed)
            }
            buffers[layers.count].append(bytes)
            addLayer()
            written = try pull(through: layers.count, into: output)
        }
        if written == 0 && atEnd && !layers.allSatisfy(\.mayEnd) {
            throw .truncated(byteOffset: consumed)
        }
        return written
    }

    private static let magic: [UInt8] = [0x1f, 0x8b, 0x08]

    private static func isGzip(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: magic)
    }

    /// Whether all that there is of a stream is the beginning of the magic number.
    private static func isCutMagic(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty && magic.starts(with: bytes)
    }

    private func addLayer() {
        layers.append(MemberInflater())
        buffers.append(ByteQueue(capacity: Self.bufferSize))
    }

    private func knowOutermost(atEnd: Bool) throws(GzipError) -> Bool {
        if outermostIsKnown { return true }
        let missing = min(Self.magicSize - buffers[0].count, input.count)
        buffers[0].append(UnsafeRawBufferPointer(rebasing: input.prefix(missing)))
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(missing))
        guard buffers[0].count == Self.magicSize || atEnd else { return false }
        guard buffers[0].count == Self.magicSize || !Self.isCutMagic(buffers[0].bytes) else {
            throw .truncated(byteOffset: buffers[0].count)
        }
        outermostIsKnown = true
        if Self.isGzip(buffers[0].bytes) {
            addLayer()
        } else {
            innermostIsKnown = true
        }
        return true
    }

    /// Writes what comes out of the first `depth` layers.
    private func pull(
        through depth: Int,
        into output: UnsafeMutableRawBufferPointer
    ) throws(GzipError) -> Int {
        var written = buffers[depth].move(into: output)
        while written < output.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: output[written...])
            if depth == 0 {
                let count = min(rest.count, input.count)
                guard count > 0 else { break }
                rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: input.prefix(count)))
                consumeInput(count)
                written += count
                continue
            }
            let queue = buffers[depth - 1]
            if queue.isEmpty && depth > 1 {
                queue.count = try pull(through: depth - 1, into: queue.emptied())
            }
            let source = queue.isEmpty ? input : queue.bytes
            guard !source.isEmpty else { break }
            guard let step = layers[depth - 1].step(from: source, into: rest) else {
                throw .corrupt(byteOffset: consumed)
            }
            if queue.isEmpty {
                consumeInput(step.consumed)
            } else {
                queue.drop(step.consumed)
                if depth == 1 { consumed += step.consumed }
            }
            // Each layer counts, since what one gives need not reach the next one's output.
            guard limits.allow(inflated: layers[depth - 1].produced, from: consumed) else {
                throw .overLimit(byteOffset: consumed)
            }
            written += step.produced
        }
        return written
    }

    private func consumeInput(_ count: Int) {
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(count))
        consumed += count
    }
}
