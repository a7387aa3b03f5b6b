/// Why bytes are not the XML that they should be.
package struct XMLFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// In words of ours, which hold nothing of the bytes.
    package let reason: String
    /// How many bytes come before the place.
    package let offset: Int

    package var description: String { "\(reason) at byte \(offset)" }
}
