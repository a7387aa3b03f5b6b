#if Gateway
    import ArgumentParser

    @main
    struct MeterGateway: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "meter-gateway",
            abstract: "Answers calls of tenants' users through Bedrock, and meters each.",
            subcommands: [Serve.self, Check.self, Settle.self]
        )
    }
#else
    @main
    struct MeterGateway {
        static func main() {}
    }
#endif
