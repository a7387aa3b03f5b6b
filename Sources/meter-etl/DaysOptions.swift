#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole

    /// Which days of it; all where none are given.
    struct DaysOptions: ParsableArguments {
        @Option(help: ArgumentHelp("One day, as 2025-12-07; all unless given.", valueName: "day"))
        var day: String?

        @Option(help: ArgumentHelp("One month, as 2025-12.", valueName: "month"))
        var month: String?

        @Option(help: ArgumentHelp("The first day.", valueName: "day"))
        var from: String?

        @Option(help: ArgumentHelp("The last day, included.", valueName: "day"))
        var to: String?

        func validate() throws { _ = try period() }

        func period() throws -> UsagePeriod? {
            try DayArgument.period(day: day, month: month, from: from, to: to)
        }
    }
#endif
