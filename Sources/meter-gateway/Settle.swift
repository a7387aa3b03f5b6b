#if Gateway
    import AWSServices
    import ArgumentParser
    import Foundation
    import MeteringGateway

    struct Settle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Settles calls of gateways that are gone.",
            discussion: """
                EXAMPLES:
                  meter-gateway settle --config gateway.json

                It looks for calls that a shared limit_store still has open, a minute after they may have run \
                at most: a call whose line is in the log group or the bucket is settled by it, and any other \
                gets a line that names it unknown. serve does the same each minute. Several may run at one \
                time, and again.

                EXIT CODES:
                  0    all that could be settled is
                  64   wrong usage, or a configuration that is wrong
                  66   there is no such configuration
                  74   something did not answer: run it again
                """
        )

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let configuration = try await options.configuration()
            let outcome = try await GatewayFailure.exiting {
                try await Gateway.settle(configuration, try AWSEnvironment.standard())
            }
            let text =
                outcome.map {
                    "\($0.settled) calls settled by their lines, \($0.unknown) named unknown\n"
                }
                ?? "nothing to do: a spool names such calls when it is opened, and memory knows none\n"
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        }
    }
#endif
