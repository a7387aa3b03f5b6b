/// What is wrong with a configuration.
package struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The place, such as `tenants.acme.tokens_per_day`; empty for the document as a whole.
    package let key: String
    package let reason: String

    package var description: String { key.isEmpty ? reason : "\(key) \(reason)" }
}

/// All that is wrong with a configuration, so that one look mends it.
package struct ConfigurationError: Error, Sendable, Equatable {
    package let problems: [ConfigurationProblem]
}
