#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole
    import MeteringLake
    import MeteringPipeline

    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes or changes the Glue database and table over a lake in S3.",
            discussion: """
                EXAMPLES:
                  meter-etl register --lake s3://bucket/lake
                  meter-etl register --lake s3://bucket/lake --dry-run
                  meter-etl register --lake lake --location s3://bucket/lake --catalog ddl

                Only what differs is changed, and what others have put into the table stays; a second \
                run does nothing. A change that would break queries is refused unless forced.

                \(ExitCodes.help(
                    .usage(or: "a change that was refused"),
                    .data("the lake holds day files of both formats"), .noInput("lake"),
                    .inputOutput("AWS refused or was not reached")))
                """
        )

        enum Catalog: String, ExpressibleByArgument, CaseIterable {
            case glue, ddl, print
        }

        @Option(help: ArgumentHelp("The lake.", valueName: "folder|s3://…"))
        var lake: String

        @OptionGroup var table: TableOptions

        @Option(
            help: ArgumentHelp(
                "glue makes the table; ddl prints the statements that do so in Athena, print what "
                    + "Glue's CreateTable takes."))
        var catalog = Catalog.glue

        @Option(
            help: ArgumentHelp(
                "Where Athena finds the lake; where it is unless given.", valueName: "s3://…"))
        var location: String?

        @Option(help: "What day files are: parquet or json; as the lake has them unless given.")
        var format: LakeFormat?

        @Flag(
            inversion: .prefixedNo,
            help:
                "Have Athena compute partitions, or register each day; as the table has it unless given."
        )
        var projection: Bool?

        @Flag(help: "Change types, partition keys, and locations of table and partitions as well.")
        var force = false

        @Flag(help: "Say what would be changed, and change nothing.")
        var dryRun = false

        func run() async throws {
            try await Console.run("meter-etl") {
                var job = RegisterJob(table.name, over: lake)
                job.location = location
                job.format = format
                job.projectsPartitions = projection
                job.force = force
                job.isDryRun = dryRun
                switch catalog {
                case .glue:
                    let registration = try await job.run()
                    try Console.show(registration.text())
                    if let refusal = registration.refusal { throw refusal }
                case .ddl:
                    try Console.write(
                        data: try await job.statements().map { $0 + ";\n" }.joined(separator: "\n"))
                case .print: try Console.write(data: try await job.tableInput() + "\n")
                }
                return true
            }
        }
    }
#endif
