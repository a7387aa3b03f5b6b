#if Commands
    import ArgumentParser
    package import Logging

    /// How a long command logs what it does.
    package struct LogOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "How log lines on standard error are written: json or text.", valueName: "form"))
        var logFormat = LineLogHandler.Form.json

        package init() {}

        package var logger: Logger {
            let form = logFormat
            return Logger(label: "meter-etl") { LineLogHandler(label: $0, form: form) }
        }
    }

    extension LineLogHandler.Form: ExpressibleByArgument {}
#endif
