import Foundation
import Gzip

/// The files that Athena would read in a lake, by their paths in it.
struct LakeContents: Equatable {
    var files: [String: Data] = [:]

    init(files: [String: Data]) {
        self.files = files
    }

    init(_ lake: String) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: lake) {
            let parts = name.split(separator: "/")
            guard !parts.contains(where: { $0.hasPrefix("_") || $0.hasPrefix(".") }) else {
                continue
            }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(lake)/\(name)", isDirectory: &isFolder)
            if isFolder.boolValue { continue }
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(lake)/\(name)"))
        }
    }

    /// `year=2025/month=12/day=07/bedrock-usage-20251207.json.gz`.
    static func path(ofDay day: String, ending: String = ".json.gz") -> String {
        let parts = day.components(separatedBy: "-")
        return "year=\(parts[0])/month=\(parts[1])/day=\(parts[2])/bedrock-usage-"
            + parts.joined() + ending
    }

    /// What the system's gzip makes of the files.
    func texts() throws -> [String: String] {
        try files.mapValues { String(decoding: try GzipData.inflate($0), as: UTF8.self) }
    }

    var rows: Int {
        get throws {
            try texts().values.reduce(0) { $0 + $1.utf8.filter { $0 == UInt8(ascii: "\n") }.count }
        }
    }
}

/// Gzip data, read by the gzip command, which knows nothing of this package.
enum GzipData {
    struct Failure: Error {}

    static func inflate(_ data: Data) throws -> Data {
        let file = NSTemporaryDirectory() + UUID().uuidString + ".gz"
        try data.write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", file]
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
        return text
    }

    static func compressed(_ bytes: some Sequence<UInt8>, level: Int = 6) -> [UInt8] {
        Array(bytes).withUnsafeBytes { GzipCompressor(level: level).compress($0) }
    }
}
