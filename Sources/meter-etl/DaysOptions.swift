#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole

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
#endif
