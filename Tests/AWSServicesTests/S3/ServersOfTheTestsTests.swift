import AWSServices
import Foundation
import TestSupport
import Testing

/// The servers of the tests themselves.
@Suite struct ServersOfTheTestsTests {
    @Test func `the server of static files serves them as objects`() async throws {
        let folder = try TemporaryFolder()
        let keys = ["a b+c.gz", "one/two/사용량.gz", "one/~%.gz", "zero"]
        for (index, key) in keys.enumerated() {
            try folder.write(randomBytes(index * 100_000 / 3), to: "lake/\(key)")
        }
        let port = try TestServer.freePorts()[0]
        let script = Repository.root.appending(path: "Tests/Servers/static_s3.py")
        let server = try TestServer("python3", port: port, answersAt: "/-/") { _ in
            [script.path(percentEncoded: false), folder.path, "--port", "\(port)"]
        }
        defer { server.stop() }
        let client = S3Client(try .local("http://127.0.0.1:\(port)"))

        let listed = try await client.listObjects(in: "lake", maxKeys: 1)
        let some = try await client.listObjects(in: "lake", prefix: "one/", startAfter: keys[1])

        #expect(Set(listed.map(\.key)) == Set(keys))
        #expect(some.map(\.key) == [keys[2]].filter { $0 > keys[1] })
        for object in listed {
            let path = folder.path("lake/\(object.key)")
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            #expect(object.size == bytes.count)
            #expect(try await client.contents(of: object.key, in: "lake") == bytes)
            #expect(try await client.headObject(object.key, in: "lake")?.etag == object.etag)
            guard bytes.count > 20 else { continue }
            #expect(
                try await client.contents(of: object.key, in: "lake", range: 10..<20)
                    == Array(bytes[10..<20]))
        }
        #expect(try await client.headObject("none", in: "lake") == nil)
        await #expect {
            try await client.getObject("one/~%.gz", in: "lake", ifMatch: "\"0\"")
        } throws: { ($0 as? AWSError)?.isPreconditionFailed == true }
    }

    /// What a proxy of that seed did to some requests, the second half of them sent again.
    private func faults(seed: Int) async throws -> [String] {
        let moto = try MotoServer.shared
        let proxy = try FaultProxy(
            to: moto.port,
            options: [
                "--seed", "\(seed)", "--percent", "40", "--kinds", "error-500,slow-down,truncated",
            ])
        let endpoint = try #require(Endpoint(url: proxy.url))
        for number in Array(0..<30) + Array(15..<30) {
            let response = try await SharedTransport().send(
                HTTPRequest("GET", endpoint, path: "/lake/\(number)"), timeout: .seconds(30))
            _ = try? await response.bytes(upTo: 1 << 20)
        }
        let response = try await SharedTransport().send(
            HTTPRequest("GET", endpoint, path: "/-/log"), timeout: .seconds(30))
        return String(decoding: try await response.bytes(upTo: 1 << 20), as: UTF8.self)
            .split(separator: "\n").map { String($0) }
    }

    @Test func `a seed of the proxy is a course of events`() async throws {
        let first = try await faults(seed: 1)
        let again = try await faults(seed: 1)
        let other = try await faults(seed: 2)

        #expect(first == again)
        #expect(first != other)
        let calm = first.filter { $0.contains(#""kind": null"#) }.count
        #expect((10...40).contains(calm))
    }
}
