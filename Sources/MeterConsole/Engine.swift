#if Commands
    import ArgumentParser

    /// Who does the work of a command.
    package enum Engine: String, ExpressibleByArgument, CaseIterable, Sendable {
        /// This process.
        case local
        /// Athena, over objects in S3.
        case athena
    }
#endif
