#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringPipeline

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Has CloudWatch Logs export a day of a log group to S3.",
            discussion: """
                EXAMPLES:
                  meter-etl export --day 2025-12-07 --log-group /aws/bedrock/metering --to s3://bucket/exports

                Objects go to a folder of the day, as s3://bucket/exports/2025-12-07. An account runs one \
                export at a time, and this waits for its turn. Asked again, it finds the export that it \
                started before, and starts no second one once that reaches 12 hours beyond the day and its \
                objects are there. CloudWatch takes events that are up to 14 days old: --again exports those \
                that came after the day's export.

                \(ExitCodes.help(
                    .usage(or: "a day that has not begun"), .noInput("log group or bucket"),
                    .inputOutput("AWS refused or was not reached, or the export failed")))
                """
        )

        @Option(help: ArgumentHelp("The day, as 2025-12-07.", valueName: "day"))
        var day: String

        @Option(help: ArgumentHelp("The log group.", valueName: "name"))
        var logGroup: String

        @Option(help: ArgumentHelp("Where objects go.", valueName: "s3://…"))
        var to: String

        @Flag(help: "Export the day once more, although that is done.")
        var again = false

        @OptionGroup var logs: LogOptions

        func validate() throws { _ = try DayArgument.day(day, "--day") }

        func run() async throws {
            try await Console.run("meter-etl") {
                let day = try DayArgument.day(day, "--day")
                var job = ExportJob(
                    day, of: logGroup, to: try ExportDestination(to), logger: logs.logger)
                job.startsAnew = again
                let outcome = try await job.run()
                try Console.show(
                    "\(day): \(outcome.isResumed ? "was exported" : "exported") to "
                        + "\(outcome.location) by task \(outcome.task)\n")
                if !outcome.window.isWhole {
                    Console.complain(
                        "\(day): events may take 12 hours to be exported, so some may be missing; "
                            + "export it again after 12:00 UTC of the next day")
                }
                return true
            }
        }
    }
#endif
