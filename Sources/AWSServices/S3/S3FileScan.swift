/// The hashes of a file and of the parts in which it is sent, from one reading of it.
package struct S3FileScan: Sendable {
    struct Part: Sendable {
        let range: Range<Int64>
        /// In hexadecimal digits.
        let sha256: String
        /// In base64.
        let crc32: String
    }

    /// One at least.
    let parts: [Part]
    /// Of the whole file, in base64.
    let crc32: String

    /// - Throws: ``TransportError`` where the file cannot be read, or does not have the size and the
    ///   SHA-256 that the caller knows.
    init(_ path: String, size: Int64, sha256: String, partSize: Int64) throws {
        let partSize = Self.partSize(forBytes: size, atLeast: partSize)
        guard size > 0 else {
            crc32 = S3Checksum.crc32(of: [])
            parts = [Part(range: 0..<0, sha256: sha256, crc32: crc32)]
            return
        }
        let file = try OpenFile(path)
        var whole = S3Checksum(.crc32)
        var hash = RunningHash(.sha256)
        var parts: [Part] = []
        for start in stride(from: 0, to: size, by: Int64.Stride(partSize)) {
            let range = start..<min(start + partSize, size)
            var check = S3Checksum(.crc32)
            var partHash = RunningHash(.sha256)
            let isOnly = range.count == Int(size)
            try file.forEachPart(of: range) { bytes in
                hash.update(bytes)
                whole.update(bytes)
                guard !isOnly else { return }
                check.update(bytes)
                partHash.update(bytes)
            }
            parts.append(
                Part(
                    range: range,
                    sha256: Hexadecimal.text(of: isOnly ? hash.value : partHash.value),
                    crc32: isOnly ? whole.text : check.text))
        }
        guard Hexadecimal.text(of: hash.value) == sha256 else {
            throw TransportError.unreadableFile(
                path: path, reason: "its SHA-256 is not the one that was given")
        }
        self.parts = parts
        crc32 = whole.text
    }

    /// S3 puts up to 10,000 parts together.
    package static func partSize(forBytes size: Int64, atLeast smallest: Int64) -> Int64 {
        max(smallest, (size + 9999) / 10_000)
    }
}
