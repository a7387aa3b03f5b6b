internal import BedrockMetering

/// What tells of facts whether each follows on the one before, without what they say.
package struct FactChain: Sendable {
    /// A fact as it was read, or what lies in its place.
    package struct Link: Sendable, Hashable {
        package let sequence: Int
        /// The checksum of its bytes.
        package let checksum: Checksum
        /// What it names as that of the fact before; nil where it cannot be read.
        package let previous: Checksum?
    }

    /// In the order of their numbers.
    package private(set) var links: [Link]

    package init(_ links: [Link] = []) {
        self.links = links.sorted { $0.sequence < $1.sequence }
    }

    /// The number of the last fact; 0 where there is none.
    package var last: Int { links.last?.sequence ?? 0 }

    /// What the next fact is to name as the one before it.
    package var head: Checksum { links.last?.checksum ?? .zeros }

    /// Where the chain does not hold.
    ///
    /// - Parameter present: the numbers of the facts that the lake has.
    package func breaks(present: Set<Int>? = nil) -> [FactBreak] {
        var breaks: [FactBreak] = []
        var before: Link?
        for link in links {
            let expected = (before?.sequence ?? 0) + 1
            // Beyond any number of files that could have been lost one by one.
            breaks += (expected..<link.sequence).prefix(1000).map { .missing($0) }
            if let present, !present.contains(link.sequence) {
                breaks.append(.missing(link.sequence))
            }
            if let previous = link.previous {
                if link.sequence == expected, previous != before?.checksum ?? .zeros {
                    breaks.append(.doesNotFollow(link.sequence))
                }
            } else {
                breaks.append(.unreadable(link.sequence, reason: "cannot be read as a fact"))
            }
            before = link
        }
        return breaks
    }
}
