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

/// Text that compresses about as well as a log does.
func logText(lines: Int) -> [UInt8] {
    Array(
        (0..<lines).map { "{\"event\": \($0), \"tokens\": \($0 * 7919 % 1000)}\n" }.joined().utf8
    )
}
