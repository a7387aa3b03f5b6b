import Foundation

/// The proxy of the tests that injects faults in front of a server.
package final class FaultProxy: Sendable {
    package let port: Int
    private let server: TestServer

    /// - Parameters:
    ///   - port: of the server.
    ///   - options: further ones of `fault_proxy.py`.
    package init(to port: Int, options: [String] = []) throws {
        let own = try TestServer.freePorts()[0]
        self.port = own
        let script = Repository.root.appending(path: "Tests/Servers/fault_proxy.py")
        server = try TestServer("python3", port: own, answersAt: "/-/log") { _ in
            [script.path(percentEncoded: false), "--port", "\(own)", "--target", "\(port)"]
                + options
        }
    }

    /// The endpoint, without a slash at its end.
    package var url: String { "http://127.0.0.1:\(port)" }
}
