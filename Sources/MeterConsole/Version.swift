#if Commands
    /// Which version of the product the commands are of.
    package enum Version {
        /// None was released so far; this is the first one to be.
        package static let current = "0.1.0"
    }
#endif
