#if Commands
    package import ArgumentParser

    /// Where the ledger of a lake is.
    package struct LedgerOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The ledger's file; unless given, _ledger.sqlite in the lake, or in its folder under "
                    + "~/.local/state/bedrock-metering where it is in S3.",
                valueName: "file"
            )
        )
        package var ledger: String?

        package init() {}

        package func validate() throws {
            guard ledger?.hasPrefix("s3:") != true else {
                throw ValidationError("--ledger takes a file of this machine.")
            }
        }
    }
#endif
