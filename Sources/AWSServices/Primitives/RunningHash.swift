internal import Crypto

/// A hash of bytes that come in parts.
package struct RunningHash {
    package enum Algorithm: Sendable {
        /// Against damage only, where a service gives nothing better.
        case md5
        /// Against damage only, where a service gives nothing better.
        case sha1
        case sha256
    }

    private enum Function {
        case md5(Insecure.MD5)
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
    }

    private var function: Function

    package init(_ algorithm: Algorithm) {
        function =
            switch algorithm {
            case .md5: .md5(Insecure.MD5())
            case .sha1: .sha1(Insecure.SHA1())
            case .sha256: .sha256(SHA256())
            }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch function {
        case .md5(var hash):
            hash.update(bufferPointer: bytes)
            function = .md5(hash)
        case .sha1(var hash):
            hash.update(bufferPointer: bytes)
            function = .sha1(hash)
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            function = .sha256(hash)
        }
    }

    /// The hash of all bytes so far.
    package var value: [UInt8] {
        switch function {
        case .md5(let hash): Array(hash.finalize())
        case .sha1(let hash): Array(hash.finalize())
        case .sha256(let hash): Array(hash.finalize())
        }
    }
}
