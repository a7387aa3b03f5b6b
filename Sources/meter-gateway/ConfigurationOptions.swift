#if Gateway
    import ArgumentParser
    import Foundation
    import MeteringGateway

    struct ConfigurationOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The configuration: a file, JSON, or s3://bucket/key; METER_GATEWAY_CONFIG if absent.",
                valueName: "file"))
        var config: String?

        /// The configuration; what is wrong with it is said on standard error.
        ///
        /// - Throws: `ExitCode` 64 if it is wrong, 66 if there is none, 74 if it cannot be read.
        func configuration() async throws -> GatewayConfiguration {
            do {
                return try await ConfigurationSource(
                    option: config, ProcessInfo.processInfo.environment
                ).configuration()
            } catch {
                for problem in error.problems { Complaint.write("\(problem)") }
                if error.problems.count > 1 {
                    Complaint.write("\(error.problems.count) problems; nothing was started")
                }
                switch error.kind {
                case .wrong: throw ExitCode(64)
                case .missing: throw ExitCode(66)
                case .unreadable: throw ExitCode(74)
                }
            }
        }
    }
#endif
