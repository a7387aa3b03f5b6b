package import BedrockMetering

/// What is known of a day from the moment on that it was closed.
package struct DayClosing: Sendable, Hashable {
    package let day: UsageDay
    /// Whether it was closed by force; nil where nobody has noted that, as in ledgers of 0.1.0.
    package let isForced: Bool?
    /// The path of the day's file in the lake, and its checksum; no path where the day has no usage.
    package let file: String
    package let checksum: Checksum
    package let sums: UsageSums

    package init(
        day: UsageDay, isForced: Bool?, file: String, checksum: Checksum, sums: UsageSums
    ) {
        self.day = day
        self.isForced = isForced
        self.file = file
        self.checksum = checksum
        self.sums = sums
    }

    /// Whether the day has no usage.
    package var isEmpty: Bool { file.isEmpty }
}
