import Foundation
import TestSupport
import Testing

@testable import MeteringGateway

@Suite struct ConfigurationSourceTests {
    @Test(
        arguments: [
            ("a.json", [:], ConfigurationSource.file("a.json")),
            ("a.json", ["METER_GATEWAY_CONFIG": "b.json"], .file("a.json")),
            (nil, ["METER_GATEWAY_CONFIG": "b.json"], .file("b.json")),
            (nil, ["METER_GATEWAY_CONFIG": " {\"a\": 1}"], .text(" {\"a\": 1}")),
            (
                nil, ["METER_GATEWAY_CONFIG": "s3://b/c/d.json"],
                .object(bucket: "b", key: "c/d.json")
            ),
        ] as [(String?, [String: String], ConfigurationSource)])
    func `the option wins over the variable`(
        option: String?, variables: [String: String], source: ConfigurationSource
    ) throws {
        #expect(try ConfigurationSource(option: option, variables) == source)
    }

    @Test(arguments: [nil, "", "s3://bucket"] as [String?])
    func `none at all, and a bucket alone, are errors`(option: String?) {
        #expect(throws: ConfigurationError.self) { try ConfigurationSource(option: option, [:]) }
    }

    @Test func `a file that is not there is told`() async throws {
        let folder = try TemporaryFolder()

        let error = await #expect(throws: ConfigurationError.self) {
            try await ConfigurationSource.file(folder.path("none.json")).configuration()
        }
        #expect(error?.kind == .missing)
    }
}
