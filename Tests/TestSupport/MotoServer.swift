import Foundation

/// moto's server of AWS's APIs, shared by the tests of a process. It checks no signatures.
package final class MotoServer: Sendable {
    private static let started = Result { try MotoServer() }

    /// The server, started when it is first asked for.
    package static var shared: MotoServer {
        get throws { try started.get() }
    }

    package let port: Int
    private let server: TestServer

    private init() throws {
        port = try TestServer.freePorts()[0]
        let port = port
        // moto writes local times into what AWS writes in UTC.
        server = try TestServer("moto_server", port: port, environment: ["TZ": "UTC"]) { _ in
            ["-H", "127.0.0.1", "-p", "\(port)"]
        }
    }

    /// The endpoint, without a slash at its end.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Makes a bucket of its own for a test; returns its name.
    package func makeBucket() throws -> String {
        let name = "test-" + UUID().uuidString.lowercased()
        let status = try LoopbackRequest("PUT", "/\(name)", port: port).status()
        guard status == 200 else {
            throw TestServer.StartError(description: "moto made no bucket: \(status)")
        }
        return name
    }

    /// Forgets everything in every service: for suites that have the server to themselves.
    package func reset() throws {
        try LoopbackRequest("POST", "/moto-api/reset", port: port).status()
    }
}
