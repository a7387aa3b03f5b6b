#if Gateway
    import ArgumentParser
    import BedrockMetering
    import Foundation
    import MeteringGateway

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what is wrong with a configuration, or what it amounts to.",
            discussion: """
                EXAMPLES:
                  meter-gateway check --config gateway.json
                  METER_GATEWAY_CONFIG=s3://bucket/gateway.json meter-gateway check

                Each problem is named by its key. Nothing is started or changed.

                EXIT CODES:
                  0    the configuration is sound
                  64   wrong usage, or a configuration that is wrong
                  66   there is no such configuration
                  74   the configuration cannot be read
                """
        )

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let configuration = try await options.configuration()
            let text = configuration.summary.map { $0 + "\n" }.joined()
            try FileHandle.standardOutput.write(contentsOf: Data(TerminalText.page(text).utf8))
        }
    }
#endif
