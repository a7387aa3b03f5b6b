/// Bytes as they were before compression, whatever the layers: none, gzip with any number of members, a
/// zlib stream, or one inside another.
///
/// What is compressed is told by its first bytes alone, never by a name. Input is given in chunks
/// by ``feed(_:)`` and taken out by ``read(into:atEnd:)``, straight into the caller's memory.
package final class GunzipStream {
    private let budget: InflationBudget
    /// Whether this is an object itself, not what lies in the text of one.
    private let isObject: Bool
    /// Outermost first; empty where the bytes are not compressed.
    private var layers: [MemberInflater] = []
    /// What lies before each layer: the first bytes of the stream, then the outputs of the layers.
    private var buffers = [ByteQueue(capacity: MemberSignature.size)]
    private var input = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Whether no layer comes after those that are known.
    private var innermostIsKnown = false
    /// Compressed bytes taken so far.
    package private(set) var consumed = 0

    private static let bufferSize = 1 << 16

    package convenience init(limits: GunzipLimits) {
        self.init(object: InflationBudget(limits))
    }

    /// The stream of an object, all of which may cost as much as `budget` has.
    package init(object budget: InflationBudget) {
        self.budget = budget
        isObject = true
    }

    /// A stream that lies in the text of an object, and costs what the object may cost in all.
    package init(inside budget: InflationBudget) {
        self.budget = budget
        isObject = false
    }

    /// A stream of members that hold what may look like any other layer, and is none.
    ///
    /// - Parameter size: how much they inflate to at most.
    package convenience init(ofOneLayer size: Int) {
        self.init(limits: GunzipLimits(maximumBytes: size, maximumRatio: .max, maximumDepth: 1))
        addLayer()
        innermostIsKnown = true
    }

    /// Gives the next bytes, which must stay valid until ``read(into:atEnd:)`` has returned 0.
    package func feed(_ chunk: UnsafeRawBufferPointer) {
        precondition(input.isEmpty, "the last chunk was not read to its end")
        input = chunk
    }

    /// Fills `output` as far as the input goes.
    ///
    /// - Parameter atEnd: whether no more input will come.
    /// - Returns: the bytes written; 0 where more input is needed, or the end is reached.
    /// - Throws: ``GzipError``; at the end also where a member is not whole.
    package func read(
        into output: UnsafeMutableRawBufferPointer,
        atEnd: Bool
    ) throws(GzipError) -> Int {
        guard try knowLayers(atEnd: atEnd) else { return 0 }
        let written = try pull(through: layers.count, into: output)
        if written == 0 && atEnd && !layers.allSatisfy(\.mayEnd) {
            throw .truncated(byteOffset: consumed)
        }
        return written
    }

    private func addLayer() {
        layers.append(MemberInflater())
        buffers.append(ByteQueue(capacity: Self.bufferSize))
    }

    /// Looks at the first bytes of each layer; returns whether all layers are known.
    private func knowLayers(atEnd: Bool) throws(GzipError) -> Bool {
        while !innermostIsKnown {
            let beginning = buffers[layers.count]
            var isMember = MemberSignature.isMember(beginning.bytes, isWhole: false)
            while isMember == nil {
                guard try lengthen(beginning) else { break }
                isMember = MemberSignature.isMember(beginning.bytes, isWhole: false)
            }
            if isMember == nil {
                guard atEnd else { return false }
                guard layers.count > 0 || !MemberSignature.isCut(beginning.bytes) else {
                    throw .truncated(byteOffset: beginning.count)
                }
                isMember = MemberSignature.isMember(beginning.bytes, isWhole: true)
            }
            guard isMember == true else {
                innermostIsKnown = true
                break
            }
            guard layers.count < budget.maximumDepth else {
                throw .nestedTooDeep(byteOffset: consumed)
            }
            addLayer()
        }
        return true
    }

    /// Adds to the first bytes that come out of the layers so far; returns whether there were any.
    private func lengthen(_ beginning: ByteQueue) throws(GzipError) -> Bool {
        let missing = MemberSignature.size - beginning.count
        if layers.isEmpty {
            let count = min(missing, input.count)
            beginning.append(UnsafeRawBufferPointer(rebasing: input.prefix(count)))
            input = UnsafeRawBufferPointer(rebasing: input.dropFirst(count))
            return count > 0
        }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: missing, alignment: 1)
        defer { room.deallocate() }
        let count = try inflate(through: layers.count, into: room)
        beginning.append(UnsafeRawBufferPointer(room).prefix(count))
        return count > 0
    }

    /// Writes what comes out of the first `depth` layers.
    private func pull(
        through depth: Int,
        into output: UnsafeMutableRawBufferPointer
    ) throws(GzipError) -> Int {
        let moved = buffers[depth].move(into: output)
        let rest = UnsafeMutableRawBufferPointer(rebasing: output[moved...])
        return moved + (try inflate(through: depth, into: rest))
    }

    /// Writes what comes out of the first `depth` layers after what lies in the last one's buffer.
    private func inflate(
        through depth: Int,
        into output: UnsafeMutableRawBufferPointer
    ) throws(GzipError) -> Int {
        var written = 0
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
                if depth == 1 { count(step.consumed) }
            }
            // Each layer counts, since what one gives need not reach the next one's output.
            try budget.spend(step.produced)
            written += step.produced
        }
        return written
    }

    private func consumeInput(_ count: Int) {
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(count))
        self.count(count)
    }

    private func count(_ count: Int) {
        consumed += count
        if isObject { budget.take(count) }
    }
}
