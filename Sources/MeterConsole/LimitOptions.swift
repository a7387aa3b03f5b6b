#if Commands
    package import ArgumentParser
    package import BedrockMetering

    /// What decoding may cost.
    package struct LimitOptions: ParsableArguments {
        @Option(help: ArgumentHelp("Objects decoded at once; the number of cores unless given."))
        package var jobs: Int?

        @Option(
            help: ArgumentHelp("Bytes that one object may inflate to; 8 GiB unless given.")
        )
        var maxObjectSize = DecodingLimits().maximumInflatedSize

        @Option(help: ArgumentHelp("Inflated bytes per compressed byte; 1000 unless given."))
        var maxInflationRatio = DecodingLimits().maximumInflationRatio

        @Option(help: ArgumentHelp("Bytes of one event; 1 MiB unless given."))
        var maxLineSize = DecodingLimits().maximumLineSize

        package init() {}

        package var decoding: DecodingLimits {
            DecodingLimits(
                maximumInflatedSize: maxObjectSize, maximumInflationRatio: maxInflationRatio,
                maximumLineSize: maxLineSize
            )
        }

        package func validate() throws {
            let values = [jobs ?? 1, maxObjectSize, maxInflationRatio, maxLineSize]
            guard values.allSatisfy({ $0 > 0 }) else {
                throw ValidationError("Limits and --jobs must be at least 1.")
            }
        }
    }
#endif
