package import BedrockMetering

/// What verification found of a day's file.
package struct DayVerification: Sendable, Hashable {
    package let day: UsageDay
    /// The file's path in the lake; nothing where the day has no usage.
    package let file: String
    /// How it differs from what the ledger says; nothing where it does not.
    package let findings: [Finding]

    package enum Finding: Sendable, Hashable {
        /// There is no file.
        case missing
        /// Its bytes are others.
        case checksum
        /// The sums of its rows are others.
        case totals
        /// The ledger knows no such file.
        case unknown
        /// It cannot be read, or is no file of its day.
        case damaged(String)

        package var text: String {
            switch self {
            case .missing: "the file is gone"
            case .checksum: "the checksum differs"
            case .totals: "the sums differ"
            case .unknown: "the ledger does not know this file"
            case .damaged(let reason): "damaged: \(reason)"
            }
        }
    }

    /// A line for people.
    package var text: String {
        "\(day): \(findings.isEmpty ? "as recorded" : findings.map(\.text).joined(separator: ", "))"
    }

    package func json() -> String {
        JSONText.object([
            ("date", JSONText.quoted(day.description)),
            ("file", file.isEmpty ? "null" : JSONText.quoted(file)),
            ("as_recorded", String(findings.isEmpty)),
            ("findings", JSONText.array(findings.map { JSONText.quoted($0.text) })),
        ])
    }
}
