import AWSServices
import LakeTestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Where this machine keeps what is local by nature of a lake in S3.
@Suite struct StateFolderTests {
    private static func folder(_ lake: String, at endpoint: String? = nil) throws -> String {
        let endpoints = endpoint.flatMap { Endpoint(url: $0) }.map { ["s3": $0] }
        let environment = AWSEnvironment(
            region: "eu-west-1",
            credentials: StaticCredentials(
                AWSCredentials(accessKeyID: "AKID", secretAccessKey: "secret")),
            endpoints: endpoints ?? [:])
        let stores = Stores(remote: S3Store(environment), stateHome: "/state")
        return Lake(at: try ObjectLocation(lake), stores: stores).stateFolder
    }

    @Test(arguments: [
        nil, "https://s3.eu-west-1.amazonaws.com", "https://s3.amazonaws.com",
        "https://bucket.vpce-1a2b3c4d.s3.eu-west-1.vpce.amazonaws.com",
    ])
    func `on AWS it is named after bucket and prefix, however AWS is reached`(
        endpoint: String?
    ) throws {
        let folder = try Self.folder("s3://metering/lake", at: endpoint)

        #expect(folder == "/state/bedrock-metering/metering_lake-cac9aff104614e0c")
    }

    @Test func `elsewhere it is named after the endpoint as well`() throws {
        let endpoints = [
            nil, "http://127.0.0.1:5000", "http://127.0.0.1:5001", "https://127.0.0.1:5000",
            "http://127.0.0.1:5000/s3",
        ]

        let folders = try endpoints.map { try Self.folder("s3://metering/lake", at: $0) }

        #expect(Set(folders).count == endpoints.count)
        #expect(folders[1].hasPrefix("/state/bedrock-metering/127.0.0.1_5000_metering_lake-"))
        #expect(
            try Self.folder("s3://metering/lake/", at: endpoints[1]) == folders[1])
    }
}
