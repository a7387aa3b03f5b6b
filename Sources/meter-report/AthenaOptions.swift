#if Commands
    import ArgumentParser
    import MeteringPipeline

    /// Whether Athena answers, and how.
    struct AthenaOptions: ParsableArguments {
        enum Engine: String, ExpressibleByArgument, CaseIterable {
            case local, athena
        }

        @Option(help: "What answers: this process, or Athena, which bills for what it reads.")
        var engine = Engine.local

        @Option(help: ArgumentHelp("The workgroup of the query.", valueName: "name"))
        var workgroup = "bedrock-metering-workgroup"

        @Option(
            help: ArgumentHelp(
                "Where Athena puts results; where the workgroup says unless given.",
                valueName: "s3://…"))
        var outputLocation: String?

        @Flag(help: "Have both answer, compare every row, and end with 65 where they differ.")
        var verify = false

        func validate() throws {
            if verify, engine != .athena {
                throw ValidationError("--verify needs --engine athena.")
            }
            if let outputLocation, !outputLocation.hasPrefix("s3://") {
                throw ValidationError("--output-location takes a place like s3://bucket/results/.")
            }
        }

        var runner: AthenaRunner {
            AthenaRunner(workgroup: workgroup, outputLocation: outputLocation)
        }
    }
#endif
