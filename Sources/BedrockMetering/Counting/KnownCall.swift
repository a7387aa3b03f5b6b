/// What a lake knows of a call that came in versions that contradict each other.
package struct KnownCall: Sendable, Hashable {
    /// The versions that were met so far.
    package let call: CallConflict
    /// What somebody has decided of them; nil where nobody has.
    package let decision: CallDecision?

    package init(_ call: CallConflict, decision: CallDecision? = nil) {
        self.call = call
        self.decision = decision
    }
}

/// Which versions of a call are rows of the lake, and which are not, because somebody said so.
package struct CallDecision: Sendable, Hashable {
    /// Each is a row of its own; at least one.
    package let kept: [UsageRecord]
    package let dropped: [UsageRecord]

    package init(kept: [UsageRecord], dropped: [UsageRecord]) {
        self.kept = kept
        self.dropped = dropped
    }

    /// Whether the decision covers a version: one that was there when it was made, or a snapshot of one.
    package func covers(_ version: UsageRecord) -> Bool {
        [kept, dropped].joined().contains { $0 == version || version.isSnapshot(of: $0) }
    }
}
