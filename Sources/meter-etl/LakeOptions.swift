#if Commands
    import ArgumentParser
    import MeterConsole

    /// Which lake a command is about.
    struct LakeOptions: ParsableArguments {
        @Option(help: ArgumentHelp("The lake: a folder, or s3://bucket/prefix.", valueName: "lake"))
        var lake: String

        @OptionGroup var ledger: LedgerOptions
    }
#endif
