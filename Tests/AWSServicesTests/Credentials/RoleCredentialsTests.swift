import AWSServices
import Foundation
import TestSupport
import Testing

@Suite struct RoleCredentialsTests {
    private static let keys = "aws_access_key_id = AKIDUSER\naws_secret_access_key = hunter2\n"

    /// STS, which gives the role `…/r` the access key `AKID…/r`.
    private static func server() throws -> LoopbackServer {
        try LoopbackServer { request in
            let form = request.form
            guard let arn = form["RoleArn"], let action = form["Action"] else {
                return .init(status: 400, body: Answers.xmlError("InvalidAction"))
            }
            guard !arn.hasSuffix("forbidden") else {
                return .init(status: 403, body: Answers.xmlError("AccessDenied"))
            }
            return .init(body: Answers.xml(action, "AKID" + arn))
        }
    }

    private static func setting(
        _ server: LoopbackServer, _ config: String, profile: String = "default"
    ) throws -> CredentialsSetting {
        let setting = try CredentialsSetting([
            "AWS_ENDPOINT_URL_STS": server.url, "AWS_PROFILE": profile,
        ])
        try setting.home.write(config, to: ".aws/config")
        return setting
    }

    private static func signer(_ request: LoopbackServer.Request) -> Substring? {
        request.headers["authorization"]?.split(separator: "=")[1].split(separator: "/")[0]
    }

    @Test func `a role is assumed with all that its profile says`() async throws {
        let server = try Self.server()
        let setting = try Self.setting(
            server,
            """
            [profile user]
            \(Self.keys)
            [default]
            role_arn = arn:aws:iam::123456789012:role/r
            source_profile = user
            role_session_name = nightly+job
            external_id = for us
            duration_seconds = 900
            """)

        let credentials = try await setting.credentials()

        #expect(
            credentials
                == AWSCredentials(
                    accessKeyID: "AKIDarn:aws:iam::123456789012:role/r",
                    secretAccessKey: "hunter2", sessionToken: "tok3n",
                    expiration: Date(timeIntervalSince1970: 2_524_607_999)))
        let request = try #require(server.requests.first)
        #expect(
            request.form == [
                "Action": "AssumeRole", "Version": "2011-06-15", "ExternalId": "for us",
                "RoleArn": "arn:aws:iam::123456789012:role/r",
                "RoleSessionName": "nightly+job", "DurationSeconds": "900",
            ])
        #expect(Self.signer(request) == "AKIDUSER")
        #expect(
            request.headers["authorization"]?.contains("/eu-west-1/sts/aws4_request") == true)
    }

    @Test func `roles are assumed one after another along a chain`() async throws {
        let server = try Self.server()
        let setting = try Self.setting(
            server,
            """
            [profile user]
            \(Self.keys)
            [profile middle]
            role_arn = m
            source_profile = user
            [default]
            role_arn = r
            source_profile = middle
            """)

        #expect(try await setting.credentials().accessKeyID == "AKIDr")
        #expect(server.requests.map { $0.form["RoleArn"] } == ["m", "r"])
        #expect(server.requests.map(Self.signer) == ["AKIDUSER", "AKIDm"])
        #expect(server.requests.last?.headers["x-amz-security-token"] == "tok3n")
    }

    @Test func `a profile may be the source of its own role`() async throws {
        let server = try Self.server()
        let setting = try Self.setting(
            server, "[default]\n\(Self.keys)\nrole_arn = r\nsource_profile = default\n")

        #expect(try await setting.credentials().accessKeyID == "AKIDr")
        #expect(server.requests.map(Self.signer) == ["AKIDUSER"])
    }

    @Test func `a chain ends at a profile with keys of its own`() async throws {
        let server = try Self.server()
        let setting = try Self.setting(
            server,
            """
            [profile user]
            \(Self.keys)
            role_arn = not-asked-for
            source_profile = default
            [default]
            role_arn = r
            source_profile = user
            """)

        #expect(try await setting.credentials().accessKeyID == "AKIDr")
        #expect(server.requests.map { $0.form["RoleArn"] } == ["r"])
    }

    @Test(arguments: [
        ("role_arn = r\nsource_profile = default", "leads back to itself: default, default"),
        (
            """
            role_arn = r
            source_profile = a
            [profile a]
            role_arn = r
            source_profile = b
            [profile b]
            role_arn = r
            source_profile = a
            """, "leads back to itself: default, a, b, a"
        ),
        ("role_arn = r\nsource_profile = nobody", "profile nobody: it is not in"),
        ("role_arn = r\nsource_profile = x\n[profile x]\nregion = r", "it holds no credentials"),
        ("role_arn = r", "role_arn needs one of"),
        ("role_arn = r\nsource_profile = x\ncredential_source = Environment", "needs one of"),
        ("role_arn = r\ncredential_source = Elsewhere", "credential_source is none of"),
        ("role_arn = r\ncredential_source = Environment", "AWS_ACCESS_KEY_ID is not set"),
        ("role_arn = r\nsource_profile = x\nmfa_serial = m", "mfa_serial"),
        ("role_arn = r\nsource_profile = x\nduration_seconds = 899", "duration_seconds"),
        ("role_arn = r\nsource_profile = x\nduration_seconds = 1h", "duration_seconds"),
        (
            "role_arn = forbidden\nsource_profile = x\n[profile x]\n\(keys)",
            "role forbidden cannot be assumed: sts AssumeRole: AccessDenied"
        ),
        ("sso_start_url = https://example.org", "aws configure export-credentials"),
        ("sso_session = s", "credential_process"),
        ("login_session = s", "credential_process"),
    ])
    func `a profile that gives no credentials ends the search with its reason`(
        settings: String, reason: String
    ) async throws {
        let server = try Self.server()
        let setting = try Self.setting(server, "[default]\n\(settings)\n")

        let error = try #require(await setting.error())

        #expect(error.attempts.prefix(2).map(\.place) == ["environment", "profile default"])
        #expect(!error.attempts.contains { $0.place == "web identity" })
        #expect("\(error)".contains(reason), "\(error)")
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func `the source of a role may be the container or the instance`() async throws {
        let server = try Self.server()
        let metadata = try LoopbackServer { request in
            switch request.target {
            case "/latest/api/token", "/latest/meta-data/iam/security-credentials/":
                .init(body: "text")
            case "/container": .init(body: Answers.json("AKIDCONTAINER"))
            default: .init(body: Answers.json("AKIDINSTANCE"))
            }
        }

        for (source, key) in [
            ("EcsContainer", "AKIDCONTAINER"), ("Ec2InstanceMetadata", "AKIDINSTANCE"),
        ] {
            var setting = try Self.setting(
                server, "[default]\nrole_arn = r\ncredential_source = \(source)\n")
            setting.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = metadata.url + "/container"
            setting.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.url
            setting.variables["AWS_EC2_METADATA_DISABLED"] = nil

            #expect(try await setting.credentials().accessKeyID == "AKIDr")
            #expect(server.requests.last.map(Self.signer) == key[...])
        }
    }

    @Test func `a web identity's token is exchanged without a signature`() async throws {
        let server = try Self.server()
        let home = try TemporaryFolder()
        let file = try home.write("header.payload+/=.signature\n", to: "token")
        var environment = try Self.setting(server, "[default]\n")
        environment.variables.merge([
            "AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": "r",
            "AWS_ROLE_SESSION_NAME": "pod",
        ]) { $1 }
        let profile = try Self.setting(
            server,
            "[default]\nrole_arn = r\nweb_identity_token_file = \(file)\nrole_session_name = pod\n")

        for setting in [environment, profile] {
            #expect(try await setting.credentials().accessKeyID == "AKIDr")
            let request = try #require(server.requests.last)
            #expect(
                request.form == [
                    "Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15",
                    "RoleArn": "r", "RoleSessionName": "pod",
                    "WebIdentityToken": "header.payload+/=.signature",
                ])
            #expect(request.headers["authorization"] == nil)
        }
    }

    @Test func `a web identity that is set up in part or refused is an error`() async throws {
        let server = try Self.server()
        var setting = try Self.setting(server, "[default]\n")
        let file = try setting.home.write("hunter2", to: "token")

        var reasons: [String] = []
        for (file, role) in [(file, ""), (file + "x", "r"), (file, "forbidden")] {
            setting.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = file
            setting.variables["AWS_ROLE_ARN"] = role
            let attempt = try #require(await setting.error()?.attempts.last)
            #expect(attempt.place == "web identity")
            reasons.append(attempt.reason)
        }

        #expect(reasons[0] == "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not")
        #expect(reasons[1] == "\(file)x cannot be read")
        #expect(
            reasons[2].hasPrefix(
                "role forbidden cannot be assumed: sts AssumeRoleWithWebIdentity: AccessDenied"))
        #expect(!reasons.contains { $0.contains("hunter2") })
    }

    @Test(arguments: ["", "<Nonsense/>", "hunter2", "{}"])
    func `an answer of STS that is none is an error without its words`(body: String) async throws {
        let server = try LoopbackServer { _ in .init(body: body) }
        let setting = try Self.setting(
            server,
            "[default]\nrole_arn = r\nsource_profile = x\n[profile x]\n\(Self.keys)\n")

        let error = try #require(await setting.error())

        #expect("\(error)".contains("UnreadableResponse"), "\(error)")
        #expect(!"\(error)".contains("hunter2"))
    }
}
