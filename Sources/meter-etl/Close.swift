#if Commands
    import ArgumentParser
    import MeterConsole
    import MeteringPipeline

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Closes a day, so that any later change to it is a restatement.",
            discussion: """
                EXAMPLES:
                  meter-etl close --lake lake --day 2025-12-07

                Refused before 12 hours after the day's end, when its exports can be final. Late usage \
                still finds its day; the difference per tenant is then kept, and shown by status. A day of which \
                the lake has nothing closes as one without usage, once an ingest has run since then. Nights go \
                on with a day that is closed until they have read all of it, unless it is forced.

                \(ExitCodes.help(
                    .usage(or: "too early for the day, unless forced"),
                    .data("the day's file is not as recorded"),
                    .noInput("lake, ledger, or day file that the ledger knows"),
                    .inputOutput(), .lakeIsHeld))
                """
        )

        @OptionGroup var lake: LakeOptions

        @Option(help: ArgumentHelp("The day, as 2025-12-07.", valueName: "day"))
        var day: String

        @Flag(
            help: ArgumentHelp(
                "Close it before its exports can be final, though not before it has ended; later, have "
                    + "nights give up what they have not read of it."))
        var force = false

        func validate() throws { _ = try DayArgument.day(day, "--day") }

        func run() async throws {
            try await Console.run("meter-etl") {
                let day = try DayArgument.day(day, "--day")
                let closed = try await CloseJob(
                    day, of: lake.lake, ledger: lake.ledger.ledger, force: force
                ).run()
                try Console.write(
                    "\(day): closed\(closed.closed.map { " at \($0)" } ?? "")"
                        + (closed.isEmpty ? ", without usage\n" : "\n"))
                return true
            }
        }
    }
#endif
