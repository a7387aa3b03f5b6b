package import BedrockMetering

extension Lake {
    /// A command on this lake as people can paste it: `meter-etl rebuild --day 2025-12-07 --lake lake`.
    package func command(_ words: String...) -> String {
        ShellWord.command(words, lake: "\(root)")
    }

    /// The command that compares a day's file with what is known of it.
    func verifying(_ day: UsageDay) -> String { command("verify", "--day", "\(day)") }

    /// The command that makes a day's file again.
    package func rebuilding(_ day: UsageDay) -> String { command("rebuild", "--day", "\(day)") }
}
