#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct ConflictsDecide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "decide",
            abstract: "Decides which versions of calls in conflict count from now on.",
            discussion: """
                EXAMPLES:
                  meter-etl conflicts decide --lake lake --day 2025-12-07 \\
                  --tenant acme --request 0b54c2d7 --keep 3f2a9c1e
                  meter-etl conflicts decide --lake lake --day 2025-12-07 \\
                  --tenant acme --request 0b54c2d7 --keep all
                  meter-etl conflicts decide --lake lake --all --keep largest \\
                  --reason "retries of the gateway, see ticket 12"

                --keep takes the number of a version as it is listed, or its mark, which is safer in \
                scripts, or largest, or all, with which each version is a call of its own. The decision is \
                a fact in the lake, with the versions kept and dropped; a later one takes its place. A \
                closed day that it changes is restated. A version that comes afterwards is in conflict \
                again.

                \(ExitCodes.help(
                    .usage(), .data("a day could not be written by the decision, which holds"),
                    .noInput("lake, call or version"), .inputOutput(), .lakeIsHeld))
                """
        )

        @OptionGroup var lake: LakeOptions
        @OptionGroup var days: DaysOptions

        @Option(
            help: ArgumentHelp(
                "The tenant; with --all, only this one, and may be given several times.",
                valueName: "id"))
        var tenant: [String] = []

        @Option(help: ArgumentHelp("The request id of the call.", valueName: "id"))
        var request: String?

        @Flag(help: "All calls that are not decided, of the days and tenants given.")
        var all = false

        @Option(
            help: ArgumentHelp(
                "A version's number or mark, or largest, or all.", valueName: "version"))
        var keep: String

        @Option(
            help: ArgumentHelp(
                "Why, to be kept with the decision; needed with --all.", valueName: "text"))
        var reason: String?

        @Option(help: "How the decisions are written.")
        var format = ListFormat.table

        @OptionGroup var writing: WritingOptions

        func validate() throws {
            _ = try selection()
            guard all else { return }
            guard ["largest", "all"].contains(keep) else {
                throw ValidationError("With --all, --keep takes largest or all.")
            }
            guard let reason, !reason.isEmpty else {
                throw ValidationError("With --all, --reason says why.")
            }
        }

        private func selection() throws -> DecideJob.Selection {
            let period = try days.period()
            if all {
                guard request == nil else {
                    throw ValidationError("Give --request or --all, not both.")
                }
                return .open(period, Set(tenant.map { TenantID($0) }))
            }
            guard let period, period.first == period.last, let request, tenant.count == 1 else {
                throw ValidationError("Give --day, --tenant and --request of a call, or --all.")
            }
            return .call(period.first, TenantID(tenant[0]), RequestID(request))
        }

        private var choice: DecideJob.Choice {
            switch keep {
            case "largest": .largest
            case "all": .all
            default: .version(keep)
            }
        }

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = DecideJob(
                    try selection(), keeping: choice, of: lake.lake, ledger: lake.ledger.ledger,
                    stores: .standard)
                job.reason = reason
                job.overwritesUnconditionally = writing.unsafeOverwrite
                let outcome = try await job.run()
                for warning in outcome.warnings { Console.complain(warning) }
                switch format {
                case .table: try Console.show(outcome.text())
                case .json: try Console.write(data: outcome.json())
                }
                for failure in outcome.failures {
                    Console.complain(
                        "\(failure); the decision holds, and the next run that can write the day "
                            + "goes by it")
                }
                return outcome.failures.isEmpty
            }
        }
    }
#endif
