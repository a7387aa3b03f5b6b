#if Gateway
    import AWSServices
    import ArgumentParser
    import MeteringGateway

    /// What keeps a gateway from beginning, as an exit code.
    enum GatewayFailure {
        /// Does `body`, and says on standard error why it failed.
        ///
        /// - Throws: `ExitCode` 64 for settings of AWS that make no sense, 74 for what cannot be opened.
        static func exiting<Result>(_ body: () async throws -> Result) async throws -> Result {
            do {
                return try await body()
            } catch let error as AWSConfigurationError {
                Complaint.write(error.reason)
                throw ExitCode(64)
            } catch let error as GatewayError {
                Complaint.write("\(error)")
                throw ExitCode(74)
            }
        }
    }
#endif
