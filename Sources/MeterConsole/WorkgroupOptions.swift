#if Commands
    import ArgumentParser
    package import MeteringPipeline

    /// How Athena runs what a command asks of it.
    package struct WorkgroupOptions: ParsableArguments {
        @Option(help: ArgumentHelp("The workgroup that Athena runs in.", valueName: "name"))
        var workgroup = "bedrock-metering-workgroup"

        @Option(
            help: ArgumentHelp(
                "Where Athena puts results; where the workgroup says unless given.",
                valueName: "s3://…"))
        var outputLocation: String?

        package init() {}

        package var runner: AthenaRunner {
            var runner = AthenaRunner(workgroup: workgroup, outputLocation: outputLocation)
            runner.stopped = Console.complain
            return runner
        }

        package func validate() throws {
            if let outputLocation, !outputLocation.hasPrefix("s3://") {
                throw ValidationError("--output-location takes a place like s3://bucket/results/.")
            }
        }
    }
#endif
