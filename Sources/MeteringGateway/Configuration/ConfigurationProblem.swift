/// What is wrong with a configuration.
package struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The place, such as `tenants.acme.tokens_per_day`; empty for the document as a whole.
    package let key: String
    package let reason: String

    package var description: String { key.isEmpty ? reason : "\(key) \(reason)" }
}

/// All that is wrong with a configuration, so that one look mends it.
package struct ConfigurationError: Error, Sendable, Equatable {
    package enum Kind: Sendable {
        /// It is there, and is wrong, or nothing says where it is.
        case wrong
        /// There is none where it should be.
        case missing
        /// It may be there, and cannot be read.
        case unreadable
    }

    package let kind: Kind
    package let problems: [ConfigurationProblem]

    package init(_ kind: Kind = .wrong, problems: [ConfigurationProblem]) {
        self.kind = kind
        self.problems = problems
    }
}
