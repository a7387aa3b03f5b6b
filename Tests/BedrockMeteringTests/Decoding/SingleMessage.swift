import BedrockMetering

/// What one message is to a decoder that has seen no other.
struct SingleMessage {
    let records: [UsageRecord]
    let reasons: [RejectionReason]
    let events: Int

    /// - Parameters:
    ///   - message: bytes without a line end.
    ///   - hasEnvelope: whether it comes with a time that counts, which is ``Delivery/time(ofEvent:)``.
    init(of message: [UInt8], hasEnvelope: Bool = true) {
        let stamp = hasEnvelope ? "2025-12-07T01:00:00.000Z " : "2019-12-07T01:00:00.000Z "
        // Other text, so that a message that is none does not fail the object.
        let other = Delivery.exported(String(repeating: "START ", count: 4 * message.count + 1))
        let outcome = Outcome(of: Array((other + stamp).utf8) + message + [0x0a])
        records = outcome.records
        reasons = outcome.reasons
        events = outcome.counts.events - 1
    }
}
