import Foundation
import TestSupport
import Testing

/// One of the built commands.
enum Command: String {
    case etl = "meter-etl"
    case report = "meter-report"

    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The root of the package.
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The folder of the built products, which holds the test bundle too.
    private static let products: String = {
        var candidates = CommandLine.arguments.prefix(1).map { $0 }
        candidates += Bundle.allBundles.map(\.bundlePath)
        candidates += ["\(package)/.build/debug/tests", "\(package)/.build/release/tests"]
        for candidate in candidates {
            // On macOS the bundle is a folder around what runs.
            var folder = URL(fileURLWithPath: candidate)
            for _ in 0..<4 {
                folder.deleteLastPathComponent()
                let command = folder.appendingPathComponent(Command.etl.rawValue).path
                if FileManager.default.isExecutableFile(atPath: command) { return folder.path }
            }
        }
        preconditionFailure("the commands were not built")
    }()

    /// What has the commands take a server for AWS, and keep in a folder what is local of lakes in S3.
    static func environment(of server: MotoServer, state folder: String) -> [String: String] {
        [
            "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIATEST",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL": server.url,
            "AWS_EC2_METADATA_DISABLED": "true", "XDG_STATE_HOME": folder,
        ]
    }

    /// A process that runs the command and writes to the files given.
    func process(
        _ arguments: [String],
        environment: [String: String] = [:],
        output: FileHandle = .nullDevice,
        errors: FileHandle = .nullDevice
    ) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(Self.products)/\(rawValue)")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: Self.package)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        var surroundings = ProcessInfo.processInfo.environment
        surroundings["METER_LAKE"] = nil
        process.environment = surroundings.merging(environment) { $1 }
        return process
    }

    /// Runs the command in the package's root, and waits for its end.
    ///
    /// - Parameters:
    ///   - umask: that of the command, such as `077`; that of the tests where nil.
    ///   - addressSpace: the bytes of addresses that it may have at most.
    func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        umask: String? = nil,
        addressSpace: Int? = nil
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        let output = try folder.write("", to: "output")
        let errors = try folder.write("", to: "errors")
        let process = process(
            arguments,
            environment: environment,
            output: try #require(FileHandle(forWritingAtPath: output)),
            errors: try #require(FileHandle(forWritingAtPath: errors))
        )
        if let umask {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments =
                ["-c", "umask \(umask) && exec \"$0\" \"$@\"", "\(Self.products)/\(rawValue)"]
                + arguments
        }
        if let addressSpace {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments =
                ["python3", "-c", Self.limiting, "\(addressSpace)", "\(Self.products)/\(rawValue)"]
                + arguments
        }
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8)
        )
    }

    /// Runs the command in the package's root, and returns the most memory that it had at once, in bytes.
    func memory(_ arguments: [String], environment: [String: String] = [:]) throws -> Int {
        let folder = try TemporaryFolder()
        let output = try folder.write("", to: "output")
        let process = process(
            ["python3", "-c", Self.measuring, "\(Self.products)/\(rawValue)"] + arguments,
            environment: environment,
            output: try #require(FileHandle(forWritingAtPath: output))
        )
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try #require(Int(try String(contentsOfFile: output, encoding: .utf8)))
    }

    private static let limiting = """
        import os, resource, sys
        resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
        os.execv(sys.argv[2], sys.argv[2:])
        """

    /// The system tells of a process that it had at least the memory of the one that started it: so this
    /// is a small one.
    private static let measuring = """
        import resource, subprocess, sys
        subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(peak if sys.platform == "darwin" else peak * 1024, end="")
        """
}
