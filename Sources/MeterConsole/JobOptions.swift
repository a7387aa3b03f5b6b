#if Commands
    package import ArgumentParser

    /// How much is done at once.
    package struct JobOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Objects or files worked on at once; the number of cores unless given.",
                valueName: "count"
            )
        )
        package var jobs: Int?

        package init() {}

        package func validate() throws {
            guard jobs ?? 1 > 0 else { throw ValidationError("--jobs must be at least 1.") }
        }
    }
#endif
