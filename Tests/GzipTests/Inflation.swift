import Gzip

/// What a stream of gzip comes to, inflated by ``GunzipStream``.
enum Inflation {
    static let ampleLimits = GunzipLimits(maximumBytes: 1 << 30, maximumRatio: 2000)

    /// Inflates `chunks`, read into memory of `outputSize` bytes at a time.
    ///
    /// - Throws: `GzipError`.
    static func bytes(
        of chunks: some Sequence<some Collection<UInt8>>,
        limits: GunzipLimits = ampleLimits,
        outputSize: Int = 1 << 12
    ) throws -> [UInt8] {
        let stream = GunzipStream(limits: limits)
        var output = [UInt8](repeating: 0, count: outputSize)
        var inflated: [UInt8] = []
        func read(atEnd: Bool) throws {
            while true {
                let count = try output.withUnsafeMutableBytes {
                    try stream.read(into: $0, atEnd: atEnd)
                }
                guard count > 0 else { return }
                inflated += output[..<count]
            }
        }
        for chunk in chunks {
            try Array(chunk).withUnsafeBytes {
                stream.feed($0)
                try read(atEnd: false)
            }
        }
        try read(atEnd: true)
        return inflated
    }

    static func bytes(
        of stream: [UInt8],
        limits: GunzipLimits = ampleLimits
    ) throws -> [UInt8] {
        try bytes(of: [stream], limits: limits)
    }
}

/// One gzip member that holds `bytes`.
func member(_ bytes: some Collection<UInt8>, level: Int = 6) -> [UInt8] {
    Array(bytes).withUnsafeBytes { GzipCompressor(level: level).compress($0) }
}

/// A zlib stream that holds `bytes` (RFC 1950).
func zlibStream(_ bytes: some Collection<UInt8>, level: Int = 6) -> [UInt8] {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
        low = (low + UInt32(byte)) % 65521
        high = (high + low) % 65521
    }
    let checksum = withUnsafeBytes(of: (high << 16 | low).bigEndian) { Array($0) }
    let levels: [UInt8] = [0x01, 0x01, 0x5e, 0x5e, 0x5e, 0x5e, 0x9c, 0xda, 0xda, 0xda]
    // What stands in a member behind a header of ten bytes and before a trailer of eight.
    return [0x78, levels[level]] + member(bytes, level: level).dropFirst(10).dropLast(8) + checksum
}

/// Text that compresses about as well as a log does.
func logText(lines: Int) -> [UInt8] {
    Array(
        (0..<lines).map { "{\"event\": \($0), \"tokens\": \($0 * 7919 % 1000)}\n" }.joined().utf8
    )
}
