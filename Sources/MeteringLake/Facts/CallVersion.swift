package import BedrockMetering

/// A version of a call in conflict: what was logged, and where.
package struct CallVersion: Sendable, Hashable {
    package let record: UsageRecord
    /// The first place of it in the order of objects' names; nil where nobody has looked.
    package let place: Place?

    package init(_ record: UsageRecord, at place: Place? = nil) {
        self.record = record
        self.place = place
    }

    /// A line of an object.
    package struct Place: Sendable, Hashable, Comparable {
        package let object: String
        /// From 1.
        package let line: Int

        package init(object: String, line: Int) {
            self.object = object
            self.line = line
        }

        package static func < (left: Self, right: Self) -> Bool {
            if left.object.utf8.elementsEqual(right.object.utf8) { return left.line < right.line }
            return left.object.utf8.lexicographicallyPrecedes(right.object.utf8)
        }

        /// `exports/000000.gz, line 3`.
        package var text: String { "\(object), line \(line)" }
    }

    /// A few digits that name the version wherever it is listed, whatever else comes to light of the call.
    package var mark: String { Self.mark(of: record) }

    package static func mark(of record: UsageRecord) -> String {
        let text = JSONText.object(VersionMembers.members(of: record))
        return String(Checksum(of: Array(text.utf8)).description.prefix(markSize))
    }

    static let markSize = 8
}
