import AWSServices
import TestSupport
import Testing

/// What it is told as where there is no connection.
@Suite struct SharedTransportTests {
    private func failure(_ url: String) async throws -> AWSError {
        var environment = try AWSEnvironment.local(url)
        environment.retries.maximumAttempts = 2
        let client = S3Client(environment)
        return try await #require(throws: AWSError.self) {
            _ = try await client.putObject(.bytes([1]), at: "k", in: "lake")
        }
    }

    @Test func `a server that does not speak TLS is told as such, and has got nothing`()
        async throws
    {
        let server = try LoopbackServer(greeting: .init(status: 400)) { _ in nil }

        let error = try await failure("https://127.0.0.1:\(server.port)")

        #expect(error.code == "ConnectionFailed")
        #expect(
            error.reason == "https://127.0.0.1:\(server.port): the TLS handshake failed: "
                + "it does not speak TLS, or has no certificate that is trusted here")
        #expect(!error.mayHaveTakenEffect)
        #expect(error.attempts == 2)
    }

    @Test func `a server whose certificate nobody vouches for has got nothing`() async throws {
        let port = try TestServer.freePorts()[0]
        let server = try TestServer("moto_server", port: port, answersAt: nil) { _ in
            ["--ssl", "-H", "127.0.0.1", "-p", "\(port)"]
        }
        defer { server.stop() }

        let error = try await failure("https://127.0.0.1:\(port)")

        #expect(error.code == "ConnectionFailed")
        #expect(error.reason?.hasSuffix("or has no certificate that is trusted here") == true)
        #expect(!error.mayHaveTakenEffect)
        #expect(error.attempts == 2)
    }

    @Test func `a server that hangs up during the handshake has got nothing`() async throws {
        let server = try LoopbackServer { _ in nil }

        let error = try await failure("https://127.0.0.1:\(server.port)")

        #expect(error.code == "ConnectionFailed")
        #expect(error.reason?.contains("the TLS handshake failed") == true)
        #expect(!error.mayHaveTakenEffect)
    }

    /// The kernel has no way to the address of all hosts, whatever the network is.
    @Test func `a network that cannot be reached is told as such, and has got nothing`()
        async throws
    {
        let error = try await failure("http://255.255.255.255:9")

        #expect(error.code == "ConnectionFailed")
        #expect(error.reason == "http://255.255.255.255:9: Network is unreachable")
        #expect(!error.mayHaveTakenEffect)
    }
}
