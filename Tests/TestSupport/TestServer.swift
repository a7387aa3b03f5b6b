import Foundation

/// A server that a test talks to, on a free port of loopback; it ends with this process, however that
/// ends.
package final class TestServer: Sendable {
    /// Why a server could not be started.
    package struct StartError: Error, CustomStringConvertible {
        package let description: String
    }

    /// What the server wrote, for the message of a test that fails.
    private let log: String
    private let folder: TemporaryFolder
    /// The shell around the server, which stops it as soon as nobody holds the other end of its input.
    private let shell: Process
    private let life: Pipe

    /// Where the programs of the servers are: the folder that `METER_TEST_SERVERS` names, or that which
    /// `.ci/install` makes.
    package static let programs =
        ProcessInfo.processInfo.environment["METER_TEST_SERVERS"]
        ?? Repository.root.appending(path: ".build/servers-venv/bin").path(percentEncoded: false)

    /// Nothing less than SIGKILL ends a server that has inherited the blocked signals of a thread.
    private static let script = """
        log=$1; shift
        "$@" >"$log" 2>&1 </dev/null &
        server=$!
        read -r end
        kill -KILL "$server"
        """

    /// Starts a program of ``programs`` and waits until it answers.
    ///
    /// - Parameters:
    ///   - path: what it must answer for; nil where it need not speak plain HTTP, but only listen.
    ///   - arguments: the arguments, given a folder of the server's own.
    /// - Throws: ``StartError`` where it does not answer within a minute.
    package init(
        _ program: String, port: Int, answersAt path: String? = "/",
        environment: [String: String] = [:],
        arguments: (_ folder: TemporaryFolder) throws -> [String]
    ) throws {
        folder = try TemporaryFolder()
        log = folder.path("log")
        let executable = "\(Self.programs)/\(program)"
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw StartError(description: "\(executable) is missing; .ci/install installs it")
        }
        shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = try ["-c", Self.script, "sh", log, executable] + arguments(folder)
        shell.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        life = Pipe()
        // Held by this process alone, so that its end is the pipe's.
        _ = fcntl(life.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        shell.standardInput = life
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        let deadline = ContinuousClock.now + .seconds(60)
        while !Self.isReady(port, path) {
            guard ContinuousClock.now < deadline else {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw StartError(description: "\(program) does not answer: \(text.suffix(2000))")
            }
            usleep(50_000)
        }
    }

    private static func isReady(_ port: Int, _ path: String?) -> Bool {
        if let path {
            return (try? LoopbackRequest("GET", path, port: port).status()) != nil
        }
        return (try? LoopbackRequest.connection(port: port)).map { close($0) } != nil
    }

    deinit {
        stop()
    }

    /// Stops the server, and waits until it has stopped.
    package func stop() {
        try? life.fileHandleForWriting.close()
        shell.waitUntilExit()
    }

    /// Ports that were free a moment ago.
    package static func freePorts(_ count: Int = 1) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let (socket, port) = try LoopbackRequest.listen()
            sockets.append(socket)
            return port
        }
    }
}
