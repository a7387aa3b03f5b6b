import AWSServices
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct ContainerCredentialsTests {
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"

    private static func server() throws -> LoopbackServer {
        try LoopbackServer { request in
            .init(body: Answers.json(request.headers["authorization"] ?? "none"))
        }
    }

    @Test func `the token goes along, that of the file before that of the variable`() async throws {
        let server = try Self.server()
        var setting = try CredentialsSetting([Self.full: "\(server.url)/v1/a%20b?c=d%20e"])

        var ids = [try await setting.credentials().accessKeyID]
        setting.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Bearer variable"
        ids.append(try await setting.credentials().accessKeyID)
        setting.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] =
            try setting.home.write("Bearer file\n", to: "token")
        let provider = try setting.provider()
        ids.append(try await provider.credentials().accessKeyID)

        #expect(ids == ["none", "Bearer variable", "Bearer file"])
        #expect(Set(server.requests.map(\.target)) == ["/v1/a%20b?c=d%20e"])
        #expect(
            try await setting.credentials().expiration
                == Date(timeIntervalSince1970: 2_524_607_999))
    }

    @Test(arguments: [
        "http://169.254.170.1/", "http://example.org/", "http://127.0.0.1.example.org/",
        "http://127.1/", "http://localhost.example.org/", "http://[::2]/", "http://0.0.0.0/",
        "ftp://localhost/", "localhost", "http://user@localhost/", "http://169.254.170.2@host/",
    ])
    func `a host that is not near by is not told the token`(url: String) async throws {
        let setting = try CredentialsSetting([
            Self.full: url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hunter2",
        ])

        let error = try #require(await setting.error())

        #expect(error.attempts.last?.place == "container")
        #expect(error.attempts.last?.reason.hasPrefix("\(Self.full) is n") == true, "\(error)")
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test(arguments: ["credentials", "@host/", ":80/"])
    func `a relative location that is no path is refused`(path: String) async throws {
        let setting = try CredentialsSetting([Self.relative: path])

        let error = try #require(await setting.error())

        #expect(error.attempts.last?.reason == "\(Self.relative) is not a path")
    }

    @Test func `too many requests are tried again`() async throws {
        let isFirst = Mutex(true)
        let server = try LoopbackServer { _ in
            isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst ? .init(status: 429) : .init(body: Answers.json("AKID"))
            }
        }

        let credentials = try await CredentialsSetting([Self.full: server.url]).credentials()

        #expect(credentials.accessKeyID == "AKID")
        #expect(server.requests.count == 2)
    }

    @Test func `an empty token or expiration is none`() async throws {
        let server = try LoopbackServer { _ in
            .init(
                body: """
                    {"AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "", "Token": "",
                     "Expiration": ""}
                    """)
        }

        let credentials = try await CredentialsSetting([Self.full: server.url]).credentials()

        #expect(credentials == AWSCredentials(accessKeyID: "A", secretAccessKey: "s"))
    }

    @Test func `a fault of the server is tried again twice, then explained`() async throws {
        let server = try LoopbackServer { request in
            request.target == "/hangup"
                ? nil
                : .init(status: request.target == "/fault" ? 503 : 403, body: "hunter2")
        }

        var reasons: [String] = []
        for path in ["/fault", "/hangup", "/refused"] {
            let error = try await CredentialsSetting([Self.full: server.url + path]).error()
            reasons.append(try #require(error?.attempts.last?.reason))
        }

        #expect(
            reasons == [
                "\(server.url) answers with HTTP status 503", "nothing answers at \(server.url)",
                "\(server.url) answers with HTTP status 403",
            ])
        #expect(
            server.requests.map(\.target) == [
                "/fault", "/fault", "/fault", "/hangup", "/hangup", "/hangup", "/refused",
            ])
    }

    @Test(arguments: ["", "hunter2", "{}", #"{"AccessKeyId": "hunter2"}"#])
    func `an answer without credentials is explained without its words`(body: String) async throws {
        let server = try LoopbackServer { _ in .init(body: body) }

        let error = try #require(await CredentialsSetting([Self.full: server.url]).error())

        #expect(
            error.attempts.last?.reason.hasPrefix("what came has no") == true
                || error.attempts.last?.reason == "what came is no JSON of credentials")
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func `a token's file that is missing or empty is an error that names it`() async throws {
        let server = try Self.server()
        var setting = try CredentialsSetting([Self.full: server.url])

        for path in [setting.home.path("none"), try setting.home.write("\n", to: "empty")] {
            setting.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = path
            let error = try #require(await setting.error())
            #expect(error.attempts.last?.reason.hasPrefix(path) == true)
        }
        #expect(server.requests.isEmpty)
    }
}
