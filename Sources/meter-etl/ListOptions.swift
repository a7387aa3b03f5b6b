#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole

    /// What is listed of a lake, and how.
    struct ListOptions: ParsableArguments {
        @OptionGroup var lake: LakeOptions
        @OptionGroup var days: DaysOptions

        @Option(help: "How the list is written.")
        var format = ListFormat.table

        var ledger: String? { lake.ledger.ledger }

        func period() throws -> UsagePeriod? { try days.period() }
    }
#endif
