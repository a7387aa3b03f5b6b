#if Commands
    import ArgumentParser
    import MeterConsole

    /// What records may take in memory. A group without a title, as ``LimitOptions``.
    struct MemoryOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Memory for records before some are set aside on disk, such as 2GiB; a quarter of the machine's unless given, and at least 512 MiB.",
                valueName: "bytes"
            )
        )
        var memory: ByteSize?

        var bytes: Int? { memory?.bytes }

        func validate() throws {
            guard memory?.bytes ?? 1 > 0 else {
                throw ValidationError("--memory must be at least 1.")
            }
        }
    }
#endif
