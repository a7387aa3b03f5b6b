import Foundation
import TestSupport
import Testing

@testable import AWSServices

@Suite struct CredentialProcessTests {
    private let setting: CredentialsSetting

    init() throws {
        setting = try CredentialsSetting(["PATH": "/usr/bin:/bin"])
    }

    /// Makes `credential_process` run a script of this text; returns its path.
    ///
    /// The shell reads the script: a file that has just been written cannot always be started while
    /// other tests start programs.
    @discardableResult
    private func script(_ text: String, arguments: String = "") throws -> String {
        let path = try setting.home.write("\(text)\n", to: "my tools/script")
        try setting.home.write(
            "[default]\ncredential_process = /bin/sh '\(path)' \(arguments)\n",
            to: ".aws/config")
        return path
    }

    @Test func `what a process prints is taken, with its time`() async throws {
        try script(
            """
            echo complaints: hunter2 >&2
            printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "hunter2",
              "SessionToken": "tok3n", "Expiration": "2049-12-31T23:59:59.5+09:00"}' "$1$AWS_REGION"
            """, arguments: "\"AKID  \"'$(id)'")

        let credentials = try await setting.credentials()

        #expect(credentials.accessKeyID == "AKID  $(id)eu-west-1")
        #expect(credentials.secretAccessKey == "hunter2" && credentials.sessionToken == "tok3n")
        #expect(credentials.expiration?.timeIntervalSince1970 == 2_524_575_599.5)
    }

    @Test func `what a process leaves behind is not waited for`() async throws {
        try script(
            """
            sleep 60 >/dev/null & echo $! >'\(setting.home.path("sleeper"))'
            echo '{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "s"}'
            """)

        #expect(try await setting.credentials().accessKeyID == "AKID")
        let sleeper = try String(contentsOfFile: setting.home.path("sleeper"), encoding: .utf8)
        let id = try #require(Int32(sleeper.split(separator: "\n")[0]))
        #expect(kill(id, SIGKILL) == 0)
    }

    @Test func `a program is looked for in PATH`() async throws {
        let document = #"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"s"}"#
        try setting.home.write(
            "[default]\ncredential_process = printf '\(document)'\n", to: ".aws/config")

        #expect(try await setting.credentials().accessKeyID == "AKID")
    }

    @Test(arguments: [
        ("echo hunter2; exit 3", "ends with status 3"),
        ("echo hunter2", "no JSON of credentials"),
        (#"echo '{"Version": 2, "AccessKeyId": "hunter2", "SecretAccessKey": "s"}'"#, "Version"),
        (#"echo '{"AccessKeyId": "hunter2", "SecretAccessKey": "s"}'"#, "Version"),
        (#"echo '{"Version": 1, "AccessKeyId": "hunter2"}'"#, "SecretAccessKey"),
        (
            #"echo '{"Version":1,"AccessKeyId":"hunter2","SecretAccessKey":"s","Expiration":"x"}'"#,
            "Expiration"
        ),
        ("yes hunter2", "prints more than credentials"),
        ("kill -9 $$", "ends by signal 9"),
    ])
    func `a process that fails is explained without its words`(
        text: String, reason: String
    ) async throws {
        try script(text)

        let error = try #require(await setting.error())

        #expect(error.attempts.map(\.place) == ["environment", "profile default"])
        #expect("\(error)".contains(reason), "\(error)")
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test(arguments: ["/nowhere/tool", "no-such-tool-anywhere", "/", "'open", "/etc/hostname"])
    func `a command that cannot be run is an error`(command: String) async throws {
        try setting.home.write("[default]\ncredential_process = \(command)\n", to: ".aws/config")

        let error = try #require(await setting.error())

        #expect("\(error)".contains("profile default: credential_process"), "\(error)")
    }

    @Test(arguments: ["sleep 60", "exec >&-; sleep 60", "echo {}; sleep 60 & wait"])
    func `a process that does not end in time is stopped`(text: String) async throws {
        let path = try script(text)
        let process = CredentialProcess(
            command: "/bin/sh '\(path)'", place: "profile default",
            variables: EnvironmentVariables(setting.variables), timeout: .milliseconds(300))

        let error = try await #require(throws: CredentialsError.self) {
            try await process.credentials()
        }

        #expect("\(error)".contains("takes longer"))
    }
}
