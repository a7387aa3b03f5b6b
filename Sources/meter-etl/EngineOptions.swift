#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake

    /// Where an ingest is done, and what only Athena needs to know for it.
    struct EngineOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Who does the work: this process (local), or Athena over objects in S3.",
                valueName: "engine"
            )
        )
        var engine = Engine.local

        @Flag(help: "With --engine athena: print the statements and run none.")
        var dryRun = false

        @OptionGroup var days: DaysOptions

        @OptionGroup var table: TableOptions

        @OptionGroup var workgroup: WorkgroupOptions

        func validate() throws {
            switch engine {
            case .local where dryRun:
                throw ValidationError("--dry-run goes with --engine athena.")
            case .local where try days.period() != nil:
                throw ValidationError("--day, --from and --to go with --engine athena.")
            case .athena where try days.period() == nil:
                throw ValidationError(
                    "--engine athena takes --day, or --from and --to: the days that are written."
                )
            default: break
            }
        }

        /// The statements of an ingest inside Athena.
        func ingest(source: String, lake: String, run: String) throws -> AthenaIngest {
            guard let period = try days.period() else {
                throw ValidationError("--engine athena takes --day, or --from and --to.")
            }
            do {
                return try AthenaIngest(
                    source: source, lake: lake, table: table.name, period: period, run: run
                )
            } catch {
                throw PipelineError(
                    code: .usage, location: "--engine athena", reason: "\(error)")
            }
        }

        /// A name that no other run has.
        static var newRun: String {
            let letters = "0123456789abcdefghijklmnopqrstuvwxyz"
            return "run_" + String((0..<16).compactMap { _ in letters.randomElement() })
        }
    }
#endif
