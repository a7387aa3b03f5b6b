#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole

    /// Which lake a command is about.
    struct LakeOptions: ParsableArguments {
        @Option(help: ArgumentHelp("The lake: a folder, or s3://bucket/prefix.", valueName: "lake"))
        var lake: String

        @OptionGroup var ledger: LedgerOptions
    }

    /// How a command writes to a lake.
    struct WritingOptions: ParsableArguments {
        @Flag(
            help: ArgumentHelp(
                "Write to an S3 store that ignores conditions on writes.",
                discussion: "Where another machine writes at the same time, usage may then be lost."
            )
        )
        var unsafeOverwrite = false
    }

    /// Which days of it; all where none are given.
    struct DaysOptions: ParsableArguments {
        @Option(help: ArgumentHelp("One day, as 2025-12-07; all unless given.", valueName: "day"))
        var day: String?

        @Option(help: ArgumentHelp("The first day.", valueName: "day"))
        var from: String?

        @Option(help: ArgumentHelp("The last day, included.", valueName: "day"))
        var to: String?

        func validate() throws { _ = try period() }

        func period() throws -> UsagePeriod? {
            switch (day, from, to) {
            case (nil, nil, nil): nil
            case (let text?, nil, nil): .day(try DayArgument.day(text, "--day"))
            case (nil, let first?, let last?): try DayArgument.period(from: first, to: last)
            default: throw ValidationError("Give --day, or both --from and --to, or none.")
            }
        }
    }

    /// How a list is written.
    enum ListFormat: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }
#endif
