package import BedrockMetering

/// Days of which all was read that an input has of them.
package struct InputDays: Sendable, Hashable {
    /// What was read, such as a log group by way of its exports.
    package let input: String
    package let days: [UsageDay]

    package init(_ days: [UsageDay], of input: String) {
        self.days = days
        self.input = input
    }
}
