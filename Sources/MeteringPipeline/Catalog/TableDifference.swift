internal import BedrockMetering

/// What the catalog has and what it should have, where these differ.
package struct TableDifference: Sendable, Hashable, CustomStringConvertible {
    /// Such as `column tenant_id` or `property classification`.
    package let name: String
    /// Nil where the catalog has nothing of it.
    package let present: String?
    /// Nil where nothing of it shall stay.
    package let wanted: String?
    /// Whether queries that work now would go on to work.
    package var isCompatible = true
    /// Whether the table that is there would not read, or would misread, what is written for the other.
    var isOfReading = false

    package var description: String {
        switch (present, wanted) {
        case (nil, let wanted?): "+ \(name): \(wanted)"
        case (let present?, nil): "- \(name): \(present)"
        case (let present, let wanted): "~ \(name): \(present ?? "") -> \(wanted ?? "")"
        }
    }
}
