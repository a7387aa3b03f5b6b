#if Commands
    import ArgumentParser

    /// How a list is written.
    enum ListFormat: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }
#endif
