internal import BedrockMetering
internal import MeteringLake

/// What a night suggests to do next, as commands to paste.
struct NightlyCommands: Sendable {
    /// The lake as it was named.
    var lake = ""
    /// The options that say where the night's lines come from.
    var input: [String] = []

    func command(_ words: String...) -> String { ShellWord.command(words, lake: lake) }

    /// What makes up the days from `first` to `last`.
    func backfill(_ first: UsageDay, _ last: UsageDay) -> String {
        ShellWord.command(["nightly", "--backfill", "\(first)", "\(last)"] + input, lake: lake)
    }
}

extension NightlyJob {
    var commands: NightlyCommands {
        switch input {
        case .exports(let group, let destination):
            NightlyCommands(
                lake: lake, input: ["--log-group", group, "--to", "\(destination)"])
        case .source(let place): NightlyCommands(lake: lake, input: ["--source", place])
        }
    }
}
