#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Closes days, so that any later change to them is a restatement.",
            discussion: """
                EXAMPLES:
                  meter-etl close --lake lake --day 2025-12-07
                  meter-etl close --lake lake --month 2025-12 --empty

                A closing is a fact in the lake, for every machine and for good. It is refused before 12 hours \
                after the day's end, when its exports can be final. Late usage still finds its day; the \
                difference per tenant and model is then a fact as well, and shown by status. Nights go on with a \
                day that is closed until they have read all of it, unless it is forced. Of several days, one \
                that cannot be closed does not keep the others.

                \(ExitCodes.help(
                    .usage(or: "too early for a day, unless forced, or nothing of it"),
                    .data("the day's file is not as recorded"),
                    .noInput("lake, ledger, or day file that the ledger knows"),
                    .inputOutput(), .lakeIsHeld))
                """
        )

        @OptionGroup var lake: LakeOptions

        @OptionGroup var days: DaysOptions

        @Flag(
            help: ArgumentHelp(
                "Close a day before its exports can be final, though not before it has ended; later, have "
                    + "nights give up what they have not read of it."))
        var force = false

        @Flag(help: "Close days of which the lake has nothing, as days without usage.")
        var empty = false

        @OptionGroup var writing: WritingOptions

        func validate() throws {
            guard try days.period() != nil else {
                throw ValidationError("Give --day, --month, or both --from and --to.")
            }
        }

        func run() async throws {
            try await Console.run("meter-etl") {
                guard let period = try days.period() else { return false }
                var failure: PipelineError?
                for day in period.days {
                    do throws(PipelineError) {
                        try await close(day)
                    } catch {
                        // What would meet every day alike ends it.
                        guard period.first != period.last,
                            [.usage, .notFound, .damagedLake].contains(error.code)
                        else { throw error }
                        Console.complain("\(error)")
                        failure = failure ?? error
                    }
                }
                if let failure { throw ExitCode(failure.exitCode) }
                return true
            }
        }

        private func close(_ day: UsageDay) async throws(PipelineError) {
            var job = CloseJob(
                day, of: lake.lake, ledger: lake.ledger.ledger, force: force, stores: .standard)
            job.closesEmpty = empty
            job.overwritesUnconditionally = writing.unsafeOverwrite
            let closed = try await job.run()
            try Console.show(
                "\(day): closed at \(closed.closed)\(closed.isEmpty ? ", without usage" : "")\n")
        }
    }
#endif
