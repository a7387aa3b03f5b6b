package import BedrockMetering

/// What verification found of a lake.
package struct LakeVerification: Sendable {
    /// The days of the ledger, of the lake and of facts, in their order.
    package let days: [DayVerification]
    /// Where the chain of facts does not hold, and what lies among them that is none.
    package let factBreaks: [FactBreak]
    /// How many facts there are.
    package let facts: Int

    package init(days: [DayVerification], factBreaks: [FactBreak], facts: Int) {
        self.days = days
        self.factBreaks = factBreaks
        self.facts = facts
    }

    package var isClean: Bool { days.allSatisfy(\.findings.isEmpty) && factBreaks.isEmpty }

    /// One JSON object.
    package func json() -> String {
        JSONText.document([
            ("clean", String(isClean)), ("days", JSONText.array(days.map { $0.json() })),
            ("facts", String(facts)),
            ("fact_breaks", JSONText.array(factBreaks.map { JSONText.quoted($0.text) })),
        ])
    }
}

/// What verification found of a day's file.
package struct DayVerification: Sendable, Hashable {
    package let day: UsageDay
    /// The file's path in the lake; nothing where the day has no usage.
    package let file: String
    /// How it differs from what the ledger says; nothing where it does not.
    package internal(set) var findings: [Finding]
    /// What is said where nothing was found and there was no ledger to compare it with; nil where there was.
    package var remark: String?

    package enum Finding: Sendable, Hashable {
        /// There is no file.
        case missing
        /// Its bytes are others.
        case checksum
        /// The sums of its rows are others.
        case totals
        /// The ledger knows no such file.
        case unknown
        /// It is a closed day's, and not what the last fact says of it.
        case notAsClosed
        /// It cannot be read, or is no file of its day.
        case damaged(String)
        /// It is a file of another writer that an ingest leaves alone.
        case notTakenOver(String)

        package var text: String {
            switch self {
            case .missing: "the file is gone"
            case .checksum: "the checksum differs"
            case .totals: "the sums differ"
            case .unknown: "the ledger does not know this file"
            case .notAsClosed: "the file is not what the last fact of this closed day says"
            case .damaged(let reason): "damaged: \(reason)"
            case .notTakenOver(let reason): reason
            }
        }
    }

    /// A line for people.
    package var text: String {
        guard findings.isEmpty else {
            // A day has one file of its own, and any number of others.
            let place = isOfAnotherWriter ? "\(file) " : ""
            return "\(day): \(place)\(findings.map(\.text).joined(separator: ", "))"
        }
        return "\(day): \(remark ?? "as recorded")"
    }

    /// Whether the file is one of another writer, which no rebuild makes again.
    package var isOfAnotherWriter: Bool {
        findings.contains { if case .notTakenOver = $0 { true } else { false } }
    }

    package func json() -> String {
        JSONText.object([
            ("date", JSONText.quoted(day.description)),
            ("file", file.isEmpty ? "null" : JSONText.quoted(file)),
            ("as_recorded", findings.isEmpty && remark != nil ? "null" : String(findings.isEmpty)),
            ("findings", JSONText.array(findings.map { JSONText.quoted($0.text) })),
        ])
    }
}
