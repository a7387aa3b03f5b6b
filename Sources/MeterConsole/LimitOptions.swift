#if Commands
    package import ArgumentParser
    package import BedrockMetering

    /// What decoding may cost. A group without a title, which help would put before all other options.
    package struct LimitOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Objects decoded at once; the number of cores unless given.", valueName: "count"
            )
        )
        package var jobs: Int?

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

        @Option(
            help: ArgumentHelp(
                "Bytes of one event; 1 MiB unless given, at most 1 GiB.", valueName: "bytes"
            )
        )
        var maxLineSize: ByteSize?

        @Option(
            help: ArgumentHelp(
                "Bytes of a tenant, user, model or request id; 4 KiB unless given, at most 1 MiB.",
                valueName: "bytes"
            )
        )
        var maxNameSize: ByteSize?

        package init() {}

        package var decoding: DecodingLimits {
            var limits = DecodingLimits()
            if let maxObjectSize { limits.maximumInflatedSize = maxObjectSize.bytes }
            if let maxInflationRatio { limits.maximumInflationRatio = maxInflationRatio }
            if let maxLineSize { limits.maximumLineSize = maxLineSize.bytes }
            if let maxNameSize { limits.maximumNameSize = maxNameSize.bytes }
            return limits
        }

        package func validate() throws {
            let values = [
                jobs, maxObjectSize?.bytes, maxInflationRatio, maxLineSize?.bytes,
                maxNameSize?.bytes,
            ]
            guard values.allSatisfy({ $0 ?? 1 > 0 }) else {
                throw ValidationError("Limits and --jobs must be at least 1.")
            }
            guard maxLineSize?.bytes ?? 1 <= DecodingLimits.largestLineSize else {
                throw ValidationError(
                    "--max-line-size must be at most \(DecodingLimits.largestLineSize)."
                )
            }
            guard maxNameSize?.bytes ?? 1 <= DecodingLimits.largestNameSize else {
                throw ValidationError(
                    "--max-name-size must be at most \(DecodingLimits.largestNameSize)."
                )
            }
        }
    }
#endif
