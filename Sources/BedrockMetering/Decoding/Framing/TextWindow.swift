/// The part of an object's decompressed text that is in memory: what is being read, and what has
/// been read but not yet consumed.
struct TextWindow: ~Copyable {
    private(set) var memory: UnsafeMutableRawBufferPointer
    /// First byte not consumed yet.
    var start = 0
    /// First byte not read yet.
    private(set) var end = 0
    /// Offset of `memory[0]` in the object's text.
    var baseOffset = 0

    /// How much is inflated at once, in bytes.
    private let readSize: Int

    static let usualReadSize = 1 << 18

    /// - Parameter size: the bytes of the whole text, where they are known.
    init(for size: Int? = nil) {
        readSize = Self.readSize(for: size ?? .max)
        memory = Self.allocate(2 * readSize)
    }

    /// How much to inflate at once of what has `size` bytes: all of what is short.
    static func readSize(for size: Int) -> Int { max(4096, min(size, usualReadSize)) }

    deinit {
        memory.deallocate()
    }

    private static func allocate(_ size: Int) -> UnsafeMutableRawBufferPointer {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: size + ByteScan.padding, alignment: 64
        )
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        return memory
    }

    var count: Int { end - start }

    /// The text as scanners take it, with its padding.
    var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

    /// The place in the object's text of `offset` in this window.
    func objectOffset(_ offset: Int) -> Int { baseOffset + offset }

    func bytes(from start: Int, to end: Int) -> [UInt8] { Array(memory[start..<end]) }

    /// Room for more text after what is not consumed yet, which may move to the front.
    ///
    /// Slices of the window are void afterwards.
    mutating func room() -> UnsafeMutableRawBufferPointer {
        if start > 0 {
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
            baseOffset += start
            end -= start
            start = 0
        }
        if end + readSize + ByteScan.padding > memory.count {
            let larger = Self.allocate(2 * memory.count)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<end]))
            memory.deallocate()
            memory = larger
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[end..<end + readSize])
    }

    /// Adds `bytes` to the text.
    mutating func append(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = room()
            let part = rest.prefix(room.count)
            room.copyBytes(from: part)
            append(part.count)
            rest = rest.dropFirst(part.count)
        }
    }

    /// Counts in what was written to ``room()``.
    mutating func append(_ count: Int) {
        end += count
    }
}
