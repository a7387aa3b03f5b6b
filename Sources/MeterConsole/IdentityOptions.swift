#if Commands
    package import ArgumentParser
    package import BedrockMetering

    /// What tells calls apart.
    package struct IdentityOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "What tells calls apart: request for request ids, or record for the whole record, where ids are not one to a call; settled when a lake is made.",
                valueName: "request|record"))
        package var identity: UsageIdentity?

        package init() {}
    }

    extension UsageIdentity: ExpressibleByArgument {}
#endif
