import AWSServices
import TestSupport
import Testing

@Suite struct InstanceCredentialsTests {
    private static let roles = "/latest/meta-data/iam/security-credentials/"

    /// The metadata service, with an answer of its own at one path.
    private static func server(
        at path: String = "", _ answer: LoopbackServer.Response? = nil
    ) throws -> LoopbackServer {
        try LoopbackServer { request in
            if request.target == path { return answer }
            switch (request.method, request.target) {
            case ("PUT", "/latest/api/token"):
                guard request.headers["x-aws-ec2-metadata-token-ttl-seconds"] != nil else {
                    return .init(status: 400)
                }
                return .init(body: "imds-token")
            case ("GET", _) where request.headers["x-aws-ec2-metadata-token"] != "imds-token":
                return .init(status: 401)
            case ("GET", roles): return .init(body: "my role\n".replacing(" ", with: "+"))
            case ("GET", "\(roles)my%2Brole"): return .init(body: Answers.json("AKIDINSTANCE"))
            default: return .init(status: 404)
            }
        }
    }

    private static func setting(_ server: LoopbackServer) throws -> CredentialsSetting {
        try CredentialsSetting([
            "AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
        ])
    }

    @Test func `the role's credentials are asked for with a session token`() async throws {
        let server = try Self.server()

        let credentials = try await Self.setting(server).credentials()

        #expect(credentials.accessKeyID == "AKIDINSTANCE")
        #expect(credentials.sessionToken == "tok3n" && credentials.expiration != nil)
        #expect(server.requests.map(\.method) == ["PUT", "GET", "GET"])
    }

    @Test func `the endpoint may stand in the profile`() async throws {
        let server = try Self.server()
        let setting = try CredentialsSetting(["AWS_EC2_METADATA_DISABLED": "false"])
        try setting.home.write(
            "[default]\nec2_metadata_service_endpoint = \(server.url)\n", to: ".aws/config")

        #expect(try await setting.credentials().accessKeyID == "AKIDINSTANCE")
    }

    @Test func `where it is turned off, nothing is asked`() async throws {
        let server = try Self.server()
        var setting = try Self.setting(server)
        setting.variables["AWS_EC2_METADATA_DISABLED"] = "TRUE"

        let error = try #require(await setting.error())

        #expect(error.attempts.last?.reason == "AWS_EC2_METADATA_DISABLED is true")
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        ("/latest/api/token", 403, "", "HTTP status 403"),
        ("/latest/api/token", 200, "", "not what the service is to say"),
        ("/latest/api/token", 200, "hunter2 \u{7f}", "not what the service is to say"),
        ("/latest/api/token", 404, "hunter2", "HTTP status 404"),
        (roles, 404, "hunter2", "the instance has no role"),
        ("\(roles)my%2Brole", 404, "hunter2", "HTTP status 404"),
        (roles, 500, "hunter2", "HTTP status 500"),
        ("\(roles)my%2Brole", 200, "hunter2", "no JSON of credentials"),
        ("\(roles)my%2Brole", 200, #"{"Code": "hunter2"}"#, "no AccessKeyId"),
    ])
    func `a failure is explained without the answer's words`(
        path: String, status: Int, body: String, reason: String
    ) async throws {
        let server = try Self.server(at: path, .init(status: status, body: body))

        let error = try #require(await Self.setting(server).error())

        #expect(error.attempts.last?.place == "instance metadata")
        #expect(error.attempts.last?.reason.contains(reason) == true, "\(error)")
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func `where nothing answers, that is said with the place`() async throws {
        let port = try TestServer.freePorts()[0]
        let setting = try CredentialsSetting([
            "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(port)",
        ])

        let error = try #require(await setting.error())

        #expect(error.attempts.last?.reason == "nothing answers at http://127.0.0.1:\(port)")
    }
}
