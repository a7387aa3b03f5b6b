package import BedrockMetering

/// Rejected lines of an object of which somebody has decided that they stay out for good.
package struct WriteOff: Sendable, Hashable {
    /// As the ledger names it.
    package let object: String
    /// The day that they fall on; nil where it is not known.
    package let day: UsageDay?
    package let reason: String
    package let lines: [Line]

    /// The most lines of one fact.
    package static let maximumLines = 5000

    /// A rejected line, by its place and what it holds; its bytes are under `_rejected` only.
    package struct Line: Sendable, Hashable {
        package let line: Int
        package let byteOffset: Int
        package let checksum: Checksum
        /// Why it was rejected.
        package let rejection: String

        package init(line: Int, byteOffset: Int, checksum: Checksum, rejection: String) {
            self.line = line
            self.byteOffset = byteOffset
            self.checksum = checksum
            self.rejection = rejection
        }
    }

    package init(object: String, day: UsageDay?, reason: String, lines: [Line]) {
        self.object = object
        self.day = day
        self.reason = reason
        self.lines = lines
    }
}

extension WriteOff {
    package var members: [(String, String)] {
        let lines = lines.map { line in
            JSONText.object([
                ("line", String(line.line)), ("byte_offset", String(line.byteOffset)),
                ("sha256", JSONText.quoted(line.checksum.description)),
                ("rejection", JSONText.quoted(line.rejection)),
            ])
        }
        return [
            ("object", JSONText.quoted(object)), ("reason", JSONText.quoted(reason)),
            ("lines", JSONText.array(lines)),
        ]
    }

    /// The members as a fact has them.
    struct Members: Decodable {
        package struct Line: Decodable {
            var line: Int
            var byte_offset: Int
            var sha256: String
            var rejection: String
        }

        var object: String
        var reason: String
        var lines: [Line]

        func writeOff(of day: UsageDay?) throws(FactCodec.Fault) -> WriteOff {
            let sound = lines.compactMap { line in
                Checksum(line.sha256).map {
                    WriteOff.Line(
                        line: line.line, byteOffset: line.byte_offset, checksum: $0,
                        rejection: line.rejection)
                }
            }
            guard !lines.isEmpty, sound.count == lines.count else {
                throw FactCodec.Fault(reason: "names no rejected lines")
            }
            return WriteOff(object: object, day: day, reason: reason, lines: sound)
        }
    }
}
