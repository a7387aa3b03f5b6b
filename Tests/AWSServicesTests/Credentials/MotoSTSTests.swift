import AWSServices
import Foundation
import TestSupport
import Testing

/// STS of another make.
@Suite struct MotoSTSTests {
    private func setting() throws -> CredentialsSetting {
        let setting = try CredentialsSetting(["AWS_ENDPOINT_URL": try MotoServer.shared.url])
        try setting.home.write(
            """
            [profile user]
            aws_access_key_id = AKIDUSER
            aws_secret_access_key = secret
            [default]
            role_arn = arn:aws:iam::123456789012:role/nightly
            role_session_name = tonight
            source_profile = user
            """, to: ".aws/config")
        return setting
    }

    @Test func `a role is assumed, and is who one is then`() async throws {
        let setting = try setting()
        let environment = try await AWSEnvironment.standard(setting.variables)

        let credentials = try await environment.credentials.credentials()
        let identity = try await callerIdentity(environment)

        let rest = try #require(credentials.expiration).timeIntervalSinceNow
        #expect((3000...3700).contains(rest))
        #expect(credentials.sessionToken?.isEmpty == false)
        #expect(
            identity.contains(
                "<Arn>arn:aws:sts::123456789012:assumed-role/nightly/tonight</Arn>"),
            "\(identity)")
    }

    /// What STS answers to who one is, as XML.
    private func callerIdentity(_ environment: AWSEnvironment) async throws -> String {
        let client = AWSClient(environment, service: "sts")
        let request = HTTPRequest(
            "POST", client.endpoint,
            headers: ["content-type": "application/x-www-form-urlencoded"],
            payload: .bytes(Array("Action=GetCallerIdentity&Version=2011-06-15".utf8)))
        return String(
            decoding: try await client.receive(request, "GetCallerIdentity").bytes, as: UTF8.self)
    }

    @Test func `a web identity assumes a role`() async throws {
        var setting = try setting()
        try setting.home.write("[default]\n", to: ".aws/config")
        setting.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] =
            try setting.home.write("header.payload.signature", to: "token")
        setting.variables["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/pod"

        let credentials = try await setting.credentials()

        #expect(credentials.sessionToken?.isEmpty == false && credentials.expiration != nil)
    }
}
