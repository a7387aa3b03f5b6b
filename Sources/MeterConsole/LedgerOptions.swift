#if Commands
    package import ArgumentParser

    /// Where the ledger of a lake is.
    package struct LedgerOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The ledger's file; _ledger.sqlite in the lake unless given.", valueName: "file"
            )
        )
        package var ledger: String?

        package init() {}
    }
#endif
