#if Commands
    import ArgumentParser
    import MeterConsole
    import MeteringLake

    @main
    struct MeterETL: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "meter-etl",
            abstract: "Merges exported Bedrock usage logs into a lake, each call exactly once.",
            version: ToolVersion.current,
            subcommands: [
                Ingest.self, Status.self, Verify.self, Close.self, Facts.self, Rejects.self,
                Replay.self,
                Conflicts.self, Rebuild.self, Convert.self, Register.self, Export.self,
                Nightly.self,
            ]
        )

        static func main() async {
            MisspeltOption.check(Self.self)
            await main(nil)
        }
    }
#else
    @main
    struct MeterETL {
        static func main() {}
    }
#endif
