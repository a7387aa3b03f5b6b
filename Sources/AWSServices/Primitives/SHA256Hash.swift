internal import Crypto
internal import Foundation

/// A SHA-256 hash, or a key made by HMAC-SHA256.
package struct SHA256Hash: Sendable, Hashable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// The hash of `bytes`.
    package init(of bytes: some Sequence<UInt8>) {
        self.bytes = Array(SHA256.hash(data: Array(bytes)))
    }

    /// The keyed hash of `text` (RFC 2104).
    init(of text: String, keyedBy key: [UInt8]) {
        bytes = Array(
            HMAC<SHA256>.authenticationCode(
                for: Array(text.utf8), using: SymmetricKey(data: key)))
    }

    /// 64 hexadecimal digits in lower case.
    package var hexadecimal: String { Hexadecimal.text(of: bytes) }
}
