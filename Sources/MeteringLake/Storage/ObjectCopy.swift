internal import BedrockMetering

/// The bytes of an object on this machine, as they were when it was opened: the file itself, or what was
/// downloaded.
package final class ObjectCopy: Sendable {
    package let object: StoredObject
    /// The version that was opened.
    package let version: ObjectVersion
    private let descriptor: FileDescriptor
    /// Of what was downloaded; nil where nothing was, and nobody has read it yet.
    private let downloaded: Checksum?

    /// Opens a file on this machine.
    init(opening object: StoredObject, from store: LocalStore) throws(PipelineError) {
        self.object = object
        descriptor = try store.file(at: object.location)
        version = try descriptor.status().version
        downloaded = nil
    }

    /// Downloads an object into a nameless file in `folder`, which is gone with this value.
    ///
    /// - Parameter body: the object, opened.
    init(
        downloading object: StoredObject, from body: any ObjectBody, to folder: OpenFolder
    ) async throws {
        self.object = object
        let descriptor = try folder.namelessFile()
        var running = RunningChecksum()
        while try await body.next({ bytes in
            try descriptor.write(bytes)
            running.add(bytes)
        }) {}
        downloaded = running.finish()
        guard let version = body.version else {
            throw PipelineError(
                code: .inputOutput, location: object.name, reason: "cannot be told from others"
            )
        }
        self.version = version
        self.descriptor = descriptor
    }

    /// Bytes.
    package var size: Int {
        get throws(PipelineError) { Int(try descriptor.status().size) }
    }

    /// The checksum of all bytes.
    ///
    /// - Throws: ``PipelineError`` where they cannot be read.
    package func checksum() throws(PipelineError) -> Checksum {
        if let downloaded { return downloaded }
        var running = RunningChecksum()
        var chunks = ObjectChunks(of: self)
        while let chunk = try chunks.next() { running.add(chunk) }
        return running.finish()
    }

    /// Reads `count` bytes from `offset` on, or fewer where the file ends.
    package func read(from offset: Int, count: Int) throws(PipelineError) -> [UInt8] {
        try descriptor.read(from: offset, count: count)
    }

    package func read(
        from offset: Int, into memory: UnsafeMutableRawBufferPointer
    ) throws(PipelineError) -> Int {
        try descriptor.read(from: offset, into: memory)
    }
}

/// Reads a copy from its beginning to its end, a chunk at a time.
package struct ObjectChunks: ~Copyable {
    private let copy: ObjectCopy
    private var offset = 0
    private let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 1 << 18, alignment: 64)

    package init(of copy: ObjectCopy) {
        self.copy = copy
    }

    deinit {
        memory.deallocate()
    }

    /// The next bytes, valid until the next call; nil at the end.
    package mutating func next() throws(PipelineError) -> UnsafeRawBufferPointer? {
        let size = try copy.read(from: offset, into: memory)
        offset += size
        return size == 0 ? nil : UnsafeRawBufferPointer(rebasing: memory[..<size])
    }
}
