internal import BedrockMetering

/// A fact with its bytes as they lie in the lake, or what lies in its place.
package struct StoredFact: Sendable, Hashable {
    package let sequence: Int
    package let bytes: [UInt8]
    package let checksum: Checksum
    package let content: Result<Fact, FactCodec.Fault>

    package init(sequence: Int, bytes: [UInt8]) {
        self.sequence = sequence
        self.bytes = bytes
        checksum = Checksum(of: bytes)
        do throws(FactCodec.Fault) {
            let fact = try FactCodec.decode(bytes)
            guard fact.sequence == sequence else {
                throw FactCodec.Fault(reason: "is a fact of another number")
            }
            content = .success(fact)
        } catch {
            content = .failure(error)
        }
    }

    package init(_ fact: Fact) {
        sequence = fact.sequence
        bytes = FactCodec.encode(fact)
        checksum = Checksum(of: bytes)
        content = .success(fact)
    }

    /// Nil where it cannot be read.
    package var fact: Fact? { try? content.get() }

    package var link: FactChain.Link {
        FactChain.Link(sequence: sequence, checksum: checksum, previous: fact?.previous)
    }
}
