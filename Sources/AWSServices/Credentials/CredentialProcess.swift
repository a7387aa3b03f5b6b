internal import Foundation

/// Credentials that a command prints as JSON; see "Process credential provider" in the AWS SDKs and Tools
/// reference guide.
///
/// The command is split by ``CommandWords`` and started without a shell, with the environment of this
/// process, no input and no terminal to ask at. What it prints is shown nowhere.
struct CredentialProcess: Sendable, Concealed {
    let command: String
    /// The profile, for errors.
    let place: String
    let variables: EnvironmentVariables
    /// How long it may take.
    var timeout = Duration.seconds(60)

    private static let limit = 64 << 10

    func credentials() async throws -> AWSCredentials {
        guard let words = CommandWords.words(of: command), let name = words.first else {
            throw failure("is empty, or has a quote that stays open")
        }
        guard let executable = executable(name) else {
            throw failure("names a program that is not there or cannot be run")
        }
        let run = ProgramRun(
            executable: executable, arguments: Array(words.dropFirst()),
            environment: variables.all, timeout: timeout, limit: Self.limit)
        let outcome = await withCheckedContinuation { continuation in
            // It blocks, which threads of the pool of tasks must not.
            Thread.detachNewThread { continuation.resume(returning: run.outcome()) }
        }
        let printed: [UInt8]
        switch outcome {
        case .output(let bytes): printed = bytes
        case .status(let status): throw failure("ends with status \(status)")
        case .signal(let signal): throw failure("ends by signal \(signal)")
        case .notStarted: throw failure("cannot be started")
        case .stopped:
            throw failure("takes longer than \(timeout), or prints more than credentials")
        }
        do {
            let document = try CredentialsDocument(printed)
            guard document.version == 1 else {
                throw failure("prints JSON whose Version is not 1")
            }
            return document.credentials
        } catch let error as CredentialsDocument.Unreadable {
            throw failure("has not done its work: \(error)")
        }
    }

    private func failure(_ reason: String) -> CredentialsError {
        CredentialsError(place, "credential_process \(reason)")
    }

    /// The path of a program, which is looked for in `PATH` where its name is no path.
    private func executable(_ name: String) -> String? {
        let candidates =
            name.contains("/")
            ? [name]
            : (variables["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(name)" }
        var isFolder: ObjCBool = false
        return candidates.first {
            FileManager.default.isExecutableFile(atPath: $0)
                && FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }
}
