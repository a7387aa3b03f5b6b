/// How members of gzip and streams of zlib are told from text.
///
/// Gzip begins with a magic number (RFC 1952, section 2.3.1). Zlib begins with two bytes of which one checks
/// the other (RFC 1950, section 2.2); text may begin with such two as well, as `x^2` does, and is then told by
/// what follows.
enum MemberSignature {
    /// How many bytes are looked at, at most.
    static let size = 66

    private static let gzip: [UInt8] = [0x1f, 0x8b, 0x08]

    /// Whether a member begins with `bytes`; nil where it takes more of them to tell.
    ///
    /// - Parameter isWhole: whether no more will come.
    static func isMember(_ bytes: UnsafeRawBufferPointer, isWhole: Bool) -> Bool? {
        if bytes.starts(with: gzip) { return true }
        if bytes.count < gzip.count, gzip.starts(with: bytes) { return isWhole ? false : nil }
        guard let first = bytes.first, isZlibMethod(first) else { return false }
        guard bytes.count > 1 else { return isWhole ? false : nil }
        guard isZlibHeader(first, bytes[1]) else { return false }
        guard bytes.count > 2 || isWhole else { return nil }
        // The usual headers are no text by themselves.
        if UnsoundBytes.count(in: UnsafeRawBufferPointer(rebasing: bytes.prefix(3))) > 0 {
            return true
        }
        guard bytes.count >= size || isWhole else { return nil }
        let sample = UnsafeRawBufferPointer(rebasing: bytes.prefix(size))
        return UnsoundBytes.count(in: sample) > sample.count / 8
    }

    /// Whether `bytes`, all that there is of a stream, is the beginning of gzip's magic number.
    static func isCut(_ bytes: UnsafeRawBufferPointer) -> Bool {
        !bytes.isEmpty && bytes.count < gzip.count && gzip.starts(with: bytes)
    }

    /// Whether a zlib stream may begin with `byte`: deflated, with a window of 32 KiB at most.
    static func isZlibMethod(_ byte: UInt8) -> Bool { byte & 0x0f == 8 && byte >> 4 <= 7 }

    /// Whether the two bytes are a zlib stream's first ones. One that needs a dictionary is none that can
    /// be read.
    static func isZlibHeader(_ method: UInt8, _ flags: UInt8) -> Bool {
        isZlibMethod(method) && (Int(method) << 8 | Int(flags)) % 31 == 0 && flags & 0x20 == 0
    }
}
