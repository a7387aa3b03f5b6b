package import BedrockMetering

/// What a run found in one source object.
package struct ObjectReading: Sendable {
    /// The path or URL that opens it.
    package var location: String
    /// Its version when it was opened; nil only where that could not be told.
    package var version: ObjectVersion?
    package var result: Result
    /// The limits that it was over, if it failed by that: then it does so again until they are others.
    package var limits: String?

    package enum Result: Sendable {
        /// Read to its end.
        case read(Contents)
        /// Left out as a whole, for a reason that shows nothing of what the object holds.
        case failed(reason: String)
    }

    /// Whether it was read to its end.
    package var isRead: Bool {
        if case .read = result { true } else { false }
    }

    package struct Contents: Sendable {
        package var counts: EventCounts
        /// How many usage lines fall on each day; they add up to the usage of ``counts``.
        package var usageByDay: [UsageDay: Int]
        /// In the order of the object.
        package var rejects: RejectRows

        package init(
            counts: EventCounts, usageByDay: [UsageDay: Int], rejects: RejectRows = RejectRows()
        ) {
            self.counts = counts
            self.usageByDay = usageByDay
            self.rejects = rejects
        }
    }

    /// A rejected line: where it is, what is wrong with it, and what tells its bytes from others'.
    package struct Reject: Sendable, Hashable {
        /// Line of the decompressed object, from 1.
        package var line: Int
        /// Offset in the decompressed object, from 0.
        package var byteOffset: Int
        /// The text of a ``RejectionReason``.
        package var reason: String
        /// Of the line's bytes, which themselves are kept under `_rejected` only.
        package var checksum: Checksum
        /// The day that the line falls on, where it is known.
        package var day: UsageDay?

        package init(line: Int, byteOffset: Int, reason: String, checksum: Checksum, day: UsageDay?)
        {
            self.line = line
            self.byteOffset = byteOffset
            self.reason = reason
            self.checksum = checksum
            self.day = day
        }

        package init(_ line: RejectedLine) {
            self.line = line.number
            byteOffset = line.byteOffset
            reason = line.reason.description
            checksum = Checksum(of: line.bytes)
            day = line.time?.day
        }
    }

    package init(location: String, version: ObjectVersion?, result: Result) {
        self.location = location
        self.version = version
        self.result = result
    }
}
