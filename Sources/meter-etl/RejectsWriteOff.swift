#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct RejectsWriteOff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "write-off",
            abstract: "Decides that rejected lines stay out for good.",
            discussion: """
                EXAMPLES:
                  meter-etl rejects write-off --lake lake --day 2025-12-07 \\
                  --reason "a test of the producer, see ticket 12"
                  meter-etl rejects write-off --lake lake \\
                  --object s3://logs/exports/000000.gz --line 12 --line 15 \\
                  --reason "no tenant, never billed"

                The decision is a fact in the lake, one for the lines of an object and day, for every machine and \
                for good. The lines are no longer open in reports, status and nights, and stay so when their \
                objects are read again. Their bytes are kept, and a line that is repaired and replayed comes back.

                \(ExitCodes.help(
                    .usage(), .data("the ledger or the facts are damaged"),
                    .noInput("lake, ledger or line that is open"), .inputOutput(), .lakeIsHeld))
                """
        )

        @OptionGroup var lake: LakeOptions

        @Option(
            help: ArgumentHelp("The lines that may be of one day, as 2025-12-07.", valueName: "day")
        )
        var day: String?

        @Option(
            help: ArgumentHelp(
                "The lines of one object, named as rejects names it.", valueName: "object"))
        var object: String?

        @Option(
            help: ArgumentHelp(
                "A line of the object; may be given several times, all unless given.",
                valueName: "number"))
        var line: [Int] = []

        @Flag(help: "All lines that are open.")
        var all = false

        @Option(help: ArgumentHelp("Why, to be kept with the decision.", valueName: "text"))
        var reason: String

        @Option(help: "How it is written what was done.")
        var format = ListFormat.table

        @OptionGroup var writing: WritingOptions

        func validate() throws {
            if let day { _ = try DayArgument.day(day, "--day") }
            guard !reason.isEmpty else { throw ValidationError("--reason says why.") }
            guard line.isEmpty || object != nil else {
                throw ValidationError("--line goes with --object.")
            }
            guard all != (day != nil || object != nil) else {
                throw ValidationError("Give --day or --object of the lines, or --all.")
            }
        }

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = WriteOffJob(
                    of: lake.lake, ledger: lake.ledger.ledger, reason: reason, stores: .standard)
                job.day = try day.map { try DayArgument.day($0, "--day") }
                job.object = object
                job.lines = Set(line)
                job.overwritesUnconditionally = writing.unsafeOverwrite
                let outcome = try await job.run()
                switch format {
                case .table: try Console.show(outcome.text())
                case .json: try Console.write(data: outcome.json())
                }
                return true
            }
        }
    }
#endif
