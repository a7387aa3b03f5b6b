import Foundation

/// SeaweedFS's S3 server, shared by the tests of a process: a real store, which checks signatures,
/// checksums and conditions.
package final class WeedServer: Sendable {
    private static let started = Result { try WeedServer() }

    /// The server, started when it is first asked for.
    package static var shared: WeedServer {
        get throws { try started.get() }
    }

    /// The access key that it knows, and the key's secret.
    package static let accessKey = "AKIATESTTESTTESTTEST"
    package static let secretKey = "secret+of/the=test"

    package let port: Int
    private let server: TestServer

    private init() throws {
        let ports = try TestServer.freePorts(8)
        port = ports[0]
        server = try TestServer("weed", port: port, answersAt: "/healthz") { folder in
            let identities = """
                {"identities": [
                  {"name": "test", "actions": ["Admin", "Read", "List", "Tagging", "Write"],
                   "credentials": [{"accessKey": "\(Self.accessKey)", "secretKey": "\(Self.secretKey)"}]},
                  {"name": "anonymous", "actions": ["Admin"]}
                ]}
                """
            let configuration = try folder.write(identities, to: "s3.json")
            return [
                "server", "-dir=\(try folder.makeFolder("data"))", "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1", "-volume.max=2000", "-master.volumeSizeLimitMB=64",
                "-master.telemetry=false", "-master.port=\(ports[1])",
                "-master.port.grpc=\(ports[2])", "-volume.port=\(ports[3])",
                "-volume.port.grpc=\(ports[4])", "-filer.port=\(ports[5])",
                "-filer.port.grpc=\(ports[6])", "-s3", "-s3.port=\(ports[0])",
                "-s3.port.grpc=\(ports[7])", "-s3.port.iceberg=0", "-s3.port.lance=0",
                "-s3.config=\(configuration)",
            ]
        }
    }

    /// The endpoint, without a slash at its end.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Makes a bucket of its own for a test; returns its name.
    package func makeBucket() throws -> String {
        let name = "test-" + UUID().uuidString.lowercased()
        let status = try LoopbackRequest("PUT", "/\(name)", port: port).status()
        guard status == 200 else {
            throw TestServer.StartError(description: "weed made no bucket: \(status)")
        }
        return name
    }
}
