package import BedrockMetering

/// A rejected line as the ledger knows it; its bytes are under `_rejected` only.
package struct LedgerReject: Sendable, Hashable {
    /// Never given to another reject, until the object is read again.
    package typealias ID = Int64

    package let number: ID
    package let object: String
    /// Line of the decompressed object, from 1.
    package let line: Int
    /// Offset in the decompressed object, from 0.
    package let byteOffset: Int
    package let reason: String
    /// Of the line's bytes.
    package let checksum: Checksum
    /// The day that the line falls on, where it is known.
    package let day: UsageDay?
    /// When the line was taken back in; nil where it was not.
    package let replayed: EventTime?
    /// The number of the fact that writes it off; nil where none does.
    package let writtenOff: Int?

    /// Whether it was neither taken back in nor written off.
    package var isOpen: Bool { replayed == nil && writtenOff == nil }
}
