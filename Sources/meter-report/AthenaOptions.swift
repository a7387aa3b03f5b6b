#if Commands
    import ArgumentParser
    import MeterConsole

    /// Whether Athena answers, and how.
    struct AthenaOptions: ParsableArguments {
        @Option(help: "What answers: this process, or Athena, which bills for what it reads.")
        var engine = Engine.local

        @OptionGroup var workgroup: WorkgroupOptions

        @Flag(help: "Have both answer, compare every row, and end with 65 where they differ.")
        var verify = false

        func validate() throws {
            if verify, engine != .athena {
                throw ValidationError("--verify needs --engine athena.")
            }
        }
    }
#endif
