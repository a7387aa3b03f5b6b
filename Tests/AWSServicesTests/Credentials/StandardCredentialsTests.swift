import AWSServices
import Foundation
import TestSupport
import Testing

@Suite struct StandardCredentialsTests {
    private static let keys = [
        "AWS_ACCESS_KEY_ID": "AKIDENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "hunter2",
    ]
    private static let file = """
        [default]
        aws_access_key_id = AKIDFILE
        aws_secret_access_key = hunter2
        [other]
        aws_access_key_id = AKIDOTHER
        aws_secret_access_key = hunter2
        aws_session_token = tok3n
        """

    @Test func `places are asked in the standard order`() async throws {
        let server = try LoopbackServer { request in
            switch (request.method, request.target) {
            case ("POST", _):
                .init(body: Answers.xml("AssumeRoleWithWebIdentity", "AKIDWEB"))
            case ("GET", "/container"): .init(body: Answers.json("AKIDCONTAINER"))
            case ("PUT", _): .init(body: "imds-token")
            case (_, let target) where target.hasSuffix("/role"):
                .init(body: Answers.json("AKIDINSTANCE"))
            default: .init(body: "role")
            }
        }
        var setting = try CredentialsSetting(Self.keys)
        setting.variables.merge([
            "AWS_WEB_IDENTITY_TOKEN_FILE": try setting.home.write("jwt", to: "token"),
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r",
            "AWS_ENDPOINT_URL_STS": server.url,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/container",
            "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
        ]) { $1 }
        let credentialsFile = try setting.home.write(Self.file, to: ".aws/credentials")

        var found = [try await setting.credentials().accessKeyID]
        for name in Self.keys.keys { setting.variables[name] = nil }
        found.append(try await setting.credentials().accessKeyID)
        try "".write(toFile: credentialsFile, atomically: true, encoding: .utf8)
        found.append(try await setting.credentials().accessKeyID)
        setting.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = nil
        found.append(try await setting.credentials().accessKeyID)
        setting.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = nil
        found.append(try await setting.credentials().accessKeyID)

        #expect(
            found == ["AKIDENVIRONMENT", "AKIDFILE", "AKIDWEB", "AKIDCONTAINER", "AKIDINSTANCE"])
    }

    @Test func `a profile that is named holds in place of the default one`() async throws {
        var setting = try CredentialsSetting(["AWS_PROFILE": "other"])
        setting.variables["AWS_SHARED_CREDENTIALS_FILE"] = "~/elsewhere"
        try setting.home.write(Self.file, to: "elsewhere")

        let credentials = try await setting.credentials()

        #expect(
            credentials
                == AWSCredentials(
                    accessKeyID: "AKIDOTHER", secretAccessKey: "hunter2", sessionToken: "tok3n"))
    }

    @Test func `the credentials file holds above the config file`() async throws {
        let setting = try CredentialsSetting()
        try setting.home.write(Self.file, to: ".aws/credentials")
        try setting.home.write(
            "[default]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = x\n",
            to: ".aws/config")

        #expect(try await setting.credentials().accessKeyID == "AKIDFILE")
    }

    @Test func `the keys of two files are not mixed`() async throws {
        let setting = try CredentialsSetting()
        try setting.home.write(Self.file, to: ".aws/credentials")
        try setting.home.write(
            """
            [default]
            aws_access_key_id = AKIDCONFIG
            aws_secret_access_key = x
            aws_session_token = stale
            """, to: ".aws/config")

        #expect(try await setting.credentials().sessionToken == nil)

        try setting.home.write("[default]\naws_access_key_id = AKIDHALF", to: ".aws/credentials")
        let error = try #require(await setting.error())
        #expect("\(error)".contains("no aws_secret_access_key"))
    }

    @Test func `where nothing is set up, every place is named`() async throws {
        let error = try #require(await CredentialsSetting().error())

        #expect(
            error.attempts.map(\.place) == [
                "environment", "profile default", "web identity", "container",
                "instance metadata",
            ])
        for text in [
            "AWS_ACCESS_KEY_ID is not set", "/.aws/config and ", "/.aws/credentials",
            "AWS_WEB_IDENTITY_TOKEN_FILE is not set", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_EC2_METADATA_DISABLED is true",
        ] {
            #expect("\(error)".contains(text), "\(error)")
        }
    }

    /// What is set up in part must not give way to another identity.
    @Test(arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    func `half of the keys in the environment end the search`(name: String) async throws {
        let setting = try CredentialsSetting([name: "hunter2"])
        try setting.home.write(Self.file, to: ".aws/credentials")

        let error = try #require(await setting.error())

        #expect(error.attempts.map(\.place) == ["environment"])
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test(arguments: ["aws_access_key_id", "aws_secret_access_key"])
    func `half of the keys in a profile end the search`(name: String) async throws {
        let setting = try CredentialsSetting()
        try setting.home.write("[default]\n\(name) = hunter2", to: ".aws/credentials")

        let error = try #require(await setting.error())

        #expect(error.attempts.map(\.place) == ["environment", "profile default"])
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func `neither credentials nor their providers show a secret`() async throws {
        let setting = try CredentialsSetting(
            Self.keys.merging(["AWS_SESSION_TOKEN": "tok3n"]) { $1 })
        try setting.home.write(Self.file, to: ".aws/credentials")
        let environment = try AWSEnvironment.standard(setting.variables)
        let credentials = try await #require(environment.credentials).credentials()

        for value in [credentials, StaticCredentials(credentials), environment] as [Any] {
            for text in Descriptions.of(value) {
                #expect(!text.contains("hunter2") && !text.contains("tok3n"))
            }
        }
        #expect(credentials.secretAccessKey == "hunter2" && credentials.sessionToken == "tok3n")
    }
}
