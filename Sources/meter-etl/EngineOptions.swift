#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeteringPipeline

    /// Where an ingest is done, and what only Athena needs to know for it.
    struct EngineOptions: ParsableArguments {
        enum Engine: String, ExpressibleByArgument, CaseIterable {
            case local, athena
        }

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

        @Option(help: ArgumentHelp("The table's database in Athena.", valueName: "name"))
        var database = TableName.standard.database

        @Option(help: ArgumentHelp("The table in Athena.", valueName: "name"))
        var table = TableName.standard.table

        @Option(help: ArgumentHelp("The workgroup that Athena runs in.", valueName: "name"))
        var workgroup = "bedrock-metering-workgroup"

        @Option(
            help: ArgumentHelp(
                "Where Athena puts results; where the workgroup says unless given.",
                valueName: "s3://…"))
        var outputLocation: String?

        var runner: AthenaRunner {
            AthenaRunner(workgroup: workgroup, outputLocation: outputLocation)
        }

        func validate() throws {
            if let outputLocation, !outputLocation.hasPrefix("s3://") {
                throw ValidationError("--output-location takes a place like s3://bucket/results/.")
            }
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
        func ingest(
            source: String, lake: String, format: LakeFormat?, run: String
        ) throws -> AthenaIngest {
            guard let period = try days.period() else {
                throw ValidationError("--engine athena takes --day, or --from and --to.")
            }
            do {
                return try AthenaIngest(
                    source: source, lake: lake,
                    table: TableName(database: database, table: table),
                    format: format ?? .parquet, period: period, run: run
                )
            } catch {
                throw ValidationError("\(error)")
            }
        }

        /// A name that no other run has.
        static var newRun: String {
            let letters = "0123456789abcdefghijklmnopqrstuvwxyz"
            return "run_" + String((0..<16).compactMap { _ in letters.randomElement() })
        }
    }
#endif
