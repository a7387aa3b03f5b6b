/// Compares what came of an object with what S3 says of it.
struct S3Verification {
    private enum Expectation {
        case checksum(S3Checksum, text: String)
        case md5(RunningHash, hexadecimal: String)
        case none
    }

    private var expectation = Expectation.none

    /// - Parameter headers: of the response to a GET of the whole object, by names in lower case.
    init(_ headers: [String: String]) {
        // The checksums of a composite object are those of its parts' checksums.
        let type = headers["x-amz-checksum-type"]
        for algorithm in S3Checksum.Algorithm.allCases {
            guard let text = headers[algorithm.header], !text.contains("-"),
                type == nil || type == "FULL_OBJECT"
            else { continue }
            expectation = .checksum(S3Checksum(algorithm), text: text)
            return
        }
        if let etag = headers["etag"], let hash = Self.md5(inETag: etag),
            !(headers["x-amz-server-side-encryption"] ?? "").hasPrefix("aws:kms"),
            headers["x-amz-server-side-encryption-customer-algorithm"] == nil
        {
            expectation = .md5(RunningHash(.md5), hexadecimal: hash)
        }
    }

    /// Nothing to compare with, as for a part of an object.
    init() {}

    /// The ETag of an object that was stored in one step and not encrypted with a key of its own is the
    /// MD5 of its bytes; others have another form, or are no hash.
    private static func md5(inETag etag: String) -> String? {
        let digits = etag.utf8.filter { $0 != UInt8(ascii: "\"") }
        let isHash =
            digits.count == 32
            && digits.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
        return isHash ? String(decoding: digits, as: UTF8.self) : nil
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch expectation {
        case .checksum(var checksum, let text):
            expectation = .none
            checksum.update(bytes)
            expectation = .checksum(checksum, text: text)
        case .md5(var hash, let hexadecimal):
            expectation = .none
            hash.update(bytes)
            expectation = .md5(hash, hexadecimal: hexadecimal)
        case .none:
            break
        }
    }

    /// Whether nothing speaks against the bytes so far being all of the object's.
    var holds: Bool {
        switch expectation {
        case .checksum(let checksum, let text): checksum.text == text
        case .md5(let hash, let hexadecimal): Hexadecimal.text(of: hash.value) == hexadecimal
        case .none: true
        }
    }
}
