import AWSServices
import Foundation
import TestSupport
import Testing

/// STS of another make.
@Suite struct MotoSTSTests {
    private let plans: TemporaryFolder

    init() throws {
        plans = try TemporaryFolder()
    }

    private func setting(_ url: String? = nil) throws -> CredentialsSetting {
        let setting = try CredentialsSetting([
            "AWS_ENDPOINT_URL": try url ?? MotoServer.shared.url
        ])
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
        let environment = try AWSEnvironment.standard(setting.variables)

        let credentials = try await #require(environment.credentials).credentials()
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

    private func webIdentity(_ url: String? = nil) throws -> CredentialsSetting {
        var setting = try setting(url)
        try setting.home.write("[default]\n", to: ".aws/config")
        setting.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] =
            try setting.home.write("header.payload.signature", to: "token")
        setting.variables["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/pod"
        return setting
    }

    @Test func `a web identity assumes a role`() async throws {
        let credentials = try await webIdentity().credentials()

        #expect(credentials.sessionToken?.isEmpty == false && credentials.expiration != nil)
    }

    private static let impatient = SharedTransport(silence: .seconds(1))

    /// Has all requests to a server behind a proxy meet a fault, or the first one alone.
    private func faulty(_ kind: String, isLasting: Bool) throws -> FaultProxy {
        let rules =
            "[{\"kind\": \"\(kind)\", \"method\": \"POST\", \"times\": \(isLasting ? 99 : 1)}]"
        let path = try plans.write(rules, to: "plan.json")
        return try FaultProxy(to: try MotoServer.shared.port, options: ["--plan", path])
    }

    @Test(arguments: [
        "error-500", "throttled", "reset-before", "reset-in-response", "truncated",
        "truncated-chunks", "stalled",
    ])
    func `a reply that is disturbed is asked for again`(kind: String) async throws {
        for isWebIdentity in [false, true] {
            let proxy = try faulty(kind, isLasting: false)
            var setting = try isWebIdentity ? webIdentity(proxy.url) : setting(proxy.url)
            setting.transport = Self.impatient

            let credentials = try await setting.credentials()

            #expect(credentials.sessionToken?.isEmpty == false)
        }
    }

    @Test(arguments: ["truncated", "reset-in-response"])
    func `a reply that keeps breaking names the role and its place`(kind: String) async throws {
        let proxy = try faulty(kind, isLasting: true)

        for (setting, place, role) in [
            (try setting(proxy.url), "profile default", "nightly"),
            (try webIdentity(proxy.url), "web identity", "pod"),
        ] {
            let attempt = try #require(await setting.error()?.attempts.last)

            #expect(attempt.place == place)
            #expect(
                attempt.reason.hasPrefix(
                    "role arn:aws:iam::123456789012:role/\(role) cannot be assumed: sts AssumeRole")
            )
            #expect(attempt.reason.contains("IncompleteResponse"), "\(attempt)")
            #expect(attempt.reason.contains("HTTP status 200, 5 attempts"), "\(attempt)")
        }
    }
}
