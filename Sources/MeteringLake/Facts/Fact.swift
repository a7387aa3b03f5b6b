package import BedrockMetering

/// A decision that money rests on, in the lake for good, and readable by every machine.
package struct Fact: Sendable, Hashable {
    /// From 1, without gaps.
    package let sequence: Int
    /// The checksum of the fact before; ``Checksum/zeros`` for the first.
    package let previous: Checksum
    /// When it was decided.
    package let time: EventTime
    /// What has written it, such as `bedrock-metering 0.1.0`.
    package let tool: String
    package let content: Content

    package init(
        sequence: Int, previous: Checksum, time: EventTime, tool: String, content: Content
    ) {
        self.sequence = sequence
        self.previous = previous
        self.time = time
        self.tool = tool
        self.content = content
    }

    /// What this product notes as ``tool``.
    package static let thisTool = "bedrock-metering \(ToolVersion.current)"

    package static let conflictDecided = "conflict_decided"
    static let rejectWrittenOff = "reject_written_off"

    package enum Content: Sendable, Hashable {
        /// From now on any change to a day is a restatement.
        case dayClosed(DayClosing)
        case dayRestated(Restatement)
        /// The file of a closed day is another one with the same rows, as after a conversion.
        case dayConverted(Restatement)
        /// Which versions of a call in conflict are rows of the lake.
        case conflictDecided(ConflictDecision)
        /// Rejected lines that stay out for good.
        case rejectWrittenOff(WriteOff)
        /// Of a kind that a later version writes.
        case unknown(kind: String, day: UsageDay?)

        package var kind: String {
            switch self {
            case .dayClosed: "day_closed"
            case .dayRestated: "day_restated"
            case .dayConverted: "day_converted"
            case .conflictDecided: Fact.conflictDecided
            case .rejectWrittenOff: Fact.rejectWrittenOff
            case .unknown(let kind, _): kind
            }
        }

        /// The day that it is about; nil where that is none.
        package var day: UsageDay? {
            switch self {
            case .dayClosed(let closing): closing.day
            case .dayRestated(let change), .dayConverted(let change): change.day
            case .conflictDecided(let decision): decision.day
            case .rejectWrittenOff(let writeOff): writeOff.day
            case .unknown(_, let day): day
            }
        }
    }
}
