/// A line that claims to be usage but is not sound, kept so that it can be repaired.
public struct RejectedLine: Sendable, Hashable {
    /// Line of the decompressed object, from 1.
    public let number: Int
    /// Offset in the decompressed object, from 0, of the first byte of the event.
    ///
    /// For an event inside a CloudWatch document this is where the event's element begins, and for
    /// one inside a Lambda event where that document begins.
    public let byteOffset: Int
    public let reason: RejectionReason
    /// The timestamp that CloudWatch gave the log event, which lies close to the call's own; nil where
    /// the object does not tell it, or the line is too long to be looked at.
    public let time: EventTime?
    /// The bytes of the message as they were delivered; cut where the line is over the size limit.
    public let bytes: [UInt8]

    public init(
        number: Int, byteOffset: Int, reason: RejectionReason, time: EventTime? = nil,
        bytes: [UInt8]
    ) {
        self.number = number
        self.byteOffset = byteOffset
        self.reason = reason
        self.time = time
        self.bytes = bytes
    }
}
