#if Commands
    import ArgumentParser
    package import BedrockMetering

    /// How long a line may be.
    package struct LineLimitOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Bytes of one event; 1 MiB unless given, at most 1 GiB.", valueName: "bytes"
            )
        )
        var maxLineSize: ByteSize?

        package init() {}

        package var decoding: DecodingLimits {
            var limits = DecodingLimits()
            if let maxLineSize { limits.maximumLineSize = maxLineSize.bytes }
            return limits
        }

        package func validate() throws {
            guard (1...DecodingLimits.largestLineSize).contains(maxLineSize?.bytes ?? 1) else {
                throw ValidationError(
                    "--max-line-size must be at least 1 and at most "
                        + "\(DecodingLimits.largestLineSize)."
                )
            }
        }
    }
#endif
