#if Commands
    import ArgumentParser
    package import BedrockMetering

    /// What decoding may cost. A group without a title, which help would put before all other options.
    package struct LimitOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Bytes that one object may inflate to; 8 GiB unless given.", valueName: "bytes"
            )
        )
        var maxObjectSize: ByteSize?

        @Option(
            help: ArgumentHelp(
                "Inflated bytes per compressed byte; 1000 unless given.", valueName: "ratio"
            )
        )
        var maxInflationRatio: Int?

        @OptionGroup var line: LineLimitOptions

        @Option(
            help: ArgumentHelp(
                "Bytes of a tenant, user, model or request id; 4 KiB unless given, at most 1 MiB.",
                valueName: "bytes"
            )
        )
        var maxNameSize: ByteSize?

        package init() {}

        package var decoding: DecodingLimits {
            var limits = line.decoding
            if let maxObjectSize { limits.maximumInflatedSize = maxObjectSize.bytes }
            if let maxInflationRatio { limits.maximumInflationRatio = maxInflationRatio }
            if let maxNameSize { limits.maximumNameSize = maxNameSize.bytes }
            return limits
        }

        package func validate() throws {
            let values = [maxObjectSize?.bytes, maxInflationRatio, maxNameSize?.bytes]
            guard values.allSatisfy({ $0 ?? 1 > 0 }) else {
                throw ValidationError("Limits must be at least 1.")
            }
            guard maxNameSize?.bytes ?? 1 <= DecodingLimits.largestNameSize else {
                throw ValidationError(
                    "--max-name-size must be at most \(DecodingLimits.largestNameSize)."
                )
            }
        }
    }
#endif
