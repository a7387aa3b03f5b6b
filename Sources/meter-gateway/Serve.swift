#if Gateway
    import AWSServices
    import ArgumentParser
    import Foundation
    import MeteringGateway

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answers calls over HTTP.",
            discussion: """
                EXAMPLES:
                  meter-gateway serve --config gateway.json
                  meter-gateway serve --config gateway.json --listen 127.0.0.1:0

                It says on standard error where it listens. SIGTERM or SIGINT has it take no new calls and \
                wait for those that run, up to the time that a call may take and 110 seconds; a second one \
                ends it at once. Region, credentials and endpoints are those of the standard variables of AWS.

                EXIT CODES:
                  0    it was told to stop, and all calls had ended
                  64   wrong usage, or a configuration that is wrong
                  65   calls still ran when it ended: the next start names them unknown
                  66   there is no such configuration
                  74   it cannot listen, or cannot open its configuration, spool or limit store
                """
        )

        @OptionGroup var options: ConfigurationOptions

        @Option(
            help: ArgumentHelp(
                "Where to listen, in place of the configuration's.", valueName: "host:port"))
        var listen: String?

        func run() async throws {
            var configuration = try await options.configuration()
            if let listen {
                guard let address = ListenAddress(listen) else {
                    throw ValidationError("--listen must be an address such as 127.0.0.1:8080.")
                }
                configuration.listen = address
            }
            let gateway = try await GatewayFailure.exiting {
                try await Gateway(configuration, try AWSEnvironment.standard()) { text in
                    Complaint.write(text)
                }
            }
            let stop = StopSignal()
            let patience = Duration.seconds(min(configuration.limits.callTimeoutSeconds, 110))
            let keys = Task { await gateway.service.loadKeys() }
            let settling = Task { await gateway.settleAbandonedCalls() }
            // What connections still have to say when all calls have ended is not waited for.
            let left = Task {
                await stop.wait()
                return await gateway.stop(within: patience)
            }
            try await Self.serve(gateway, configuration, until: { await stop.wait() })
            keys.cancel()
            settling.cancel()
            let count = await left.value
            guard count == 0 else {
                Complaint.write("\(count) calls still ran; the next start names them unknown")
                throw ExitCode(65)
            }
        }

        /// Serves calls, and metrics if they are asked for, until `stop` returns.
        private static func serve(
            _ gateway: Gateway, _ configuration: GatewayConfiguration,
            until stop: @escaping @Sendable () async -> Void
        ) async throws {
            let service = gateway.service
            var servers = [
                GatewayServer(at: configuration.listen) { address in
                    Complaint.write("listening on http://\(address)")
                } respond: { request in
                    await service.response(to: request)
                }
            ]
            if let address = configuration.metricsListen {
                servers.append(
                    GatewayServer(at: address) { address in
                        Complaint.write("metrics on http://\(address)/metrics")
                    } respond: { request in
                        service.metrics.response(
                            to: request, running: service.calls.runningCount)
                    })
            }
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for server in servers {
                        group.addTask { try await server.run(until: stop) }
                    }
                    try await group.waitForAll()
                }
            } catch {
                let addresses = servers.map { "\($0.address)" }.joined(separator: " and ")
                Complaint.write("it cannot listen on \(addresses)")
                throw ExitCode(74)
            }
        }
    }
#endif
