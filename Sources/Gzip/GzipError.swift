/// Why compressed bytes could not be inflated.
///
/// Offsets count bytes of the outermost compressed stream, from 0.
package enum GzipError: Error, Equatable, Sendable {
    /// The stream ended inside a member.
    case truncated(byteOffset: Int)
    /// A header, a block, a checksum or a length is wrong, or bytes that are no member follow one.
    case corrupt(byteOffset: Int)
    /// More bytes came out than `GunzipLimits` allow.
    case overLimit(byteOffset: Int)
    /// Layers inside layers, deeper than `GunzipLimits.maximumDepth`.
    case nestedTooDeep(byteOffset: Int)
}
