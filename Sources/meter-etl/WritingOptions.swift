#if Commands
    import ArgumentParser

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
#endif
