internal import Foundation
internal import Gzip

/// Documents in Base64, most often compressed, as Lambda, Kinesis and Firehose hand them on.
enum EncodedPayload {
    /// Bytes that one payload may inflate to; it is held as a whole.
    static let maximumInflatedSize = 1 << 28

    /// The bytes that `text` stands for, or nil where it is not Base64.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        Data(base64Encoded: Data(text)).map(Array.init)
    }

    /// The text of a payload, compressed or not; nil where it is damaged or too long.
    static func inflate(
        _ payload: [UInt8], limits: DecodingLimits, maximumSize: Int = maximumInflatedSize
    ) -> [UInt8]? {
        var limits = limits.gunzip
        limits.maximumBytes = min(limits.maximumBytes, maximumSize)
        let stream = GunzipStream(limits: limits)
        var text: [UInt8] = []
        // Text of logs is some ten times as long as when it is compressed.
        let size = TextWindow.readSize(for: 10 * payload.count)
        var chunk = [UInt8](repeating: 0, count: size)
        return payload.withUnsafeBytes { bytes in
            stream.feed(bytes)
            for atEnd in [false, true] {
                while true {
                    guard
                        let read = chunk.withUnsafeMutableBytes({
                            try? stream.read(into: $0, atEnd: atEnd)
                        })
                    else { return nil }
                    guard read > 0 else { break }
                    text += chunk[..<read]
                }
            }
            return text
        }
    }

    /// Whether usage is seen in what some Base64 stands for.
    static func mentionsUsage(_ payload: [UInt8]) -> Bool {
        guard
            var text = inflate(payload, limits: DecodingLimits(), maximumSize: 1 << 24)
        else { return false }
        let size = text.count
        text += [UInt8](repeating: 0, count: ByteScan.padding)
        return UsageHints.mentionsUsage(text.span.bytes, from: 0, to: size)
    }
}
