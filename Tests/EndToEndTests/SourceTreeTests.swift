import Foundation
import Testing

/// What each folder under Sources may import, and how long its files may be.
@Suite struct SourceTreeTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let commands: Set<String> = [
        "ArgumentParser", "BedrockMetering", "Foundation", "MeterConsole", "MeteringPipeline",
    ]
    private static let imports: [String: Set<String>] = [
        "CSQLite": [],
        "CZlib": [],
        "Gzip": ["CZlib"],
        "Parquet": ["Foundation", "Gzip", "Synchronization"],
        "BedrockMetering": ["Foundation", "Gzip", "Synchronization"],
        "AWSServices": [
            "AsyncHTTPClient", "Crypto", "Foundation", "NIOCore", "NIOHTTP1", "NIOPosix",
            "Synchronization",
        ],
        "MeteringPipeline": [
            "AWSServices", "BedrockMetering", "CSQLite", "Crypto", "Foundation", "GRDB", "Gzip",
            "Logging", "Parquet", "Synchronization",
        ],
        "MeterConsole": commands.union(["Logging", "Synchronization"]),
        "meter-etl": commands,
        "meter-report": commands,
    ]

    private static func files(in folder: String) throws -> [(name: String, text: String)] {
        let folder = root.appendingPathComponent("Sources").appendingPathComponent(folder).path
        return try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".swift") || $0.hasSuffix(".h") }
            .map { ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
    }

    @Test func `every folder of the sources is in the table`() throws {
        let sources = Self.root.appendingPathComponent("Sources").path

        let folders = try FileManager.default.contentsOfDirectory(atPath: sources)

        #expect(Set(folders.filter { !$0.hasPrefix(".") }) == Set(Self.imports.keys))
    }

    @Test(arguments: imports.keys.sorted())
    func `a folder imports only what lies below it`(folder: String) throws {
        let allowed = try #require(Self.imports[folder])
        let form =
            /^\s*(?:@\S+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
            .anchorsMatchLineEndings()

        for (name, text) in try Self.files(in: folder) {
            for match in text.matches(of: form) {
                #expect(allowed.contains(String(match.1)), "\(folder)/\(name) imports \(match.1)")
            }
        }
    }

    @Test(arguments: [
        ("import CZlib", ["Gzip"]), ("zlib.h", ["CZlib"]),
        ("import ArgumentParser", ["MeterConsole", "meter-etl", "meter-report"]),
        ("import GRDB", ["MeteringPipeline/Ledger"]),
        ("import CSQLite", ["MeteringPipeline/Ledger"]), ("sqlite3", ["CSQLite"]),
        ("import Crypto", ["AWSServices/Primitives", "MeteringPipeline/Ledger/Checksum.swift"]),
        ("import AsyncHTTPClient", ["AWSServices/HTTP"]),
        ("import NIO", ["AWSServices/HTTP"]),
        (
            "import Logging",
            ["MeteringPipeline/Export", "MeteringPipeline/Nightly", "MeterConsole", "meter-etl"]
        ),
        ("import FoundationXML", []), ("XMLParser", []),
    ])
    func `a dependency has one door`(text: String, doors: [String]) throws {
        for folder in Self.imports.keys {
            for file in try Self.files(in: folder) where file.text.contains(text) {
                let path = "\(folder)/\(file.name)"
                #expect(doors.contains { path == $0 || path.hasPrefix($0 + "/") }, "\(path)")
            }
        }
    }

    @Test(arguments: imports.keys.sorted())
    func `no file is longer than 400 lines`(folder: String) throws {
        for (name, text) in try Self.files(in: folder) {
            #expect(
                text.split(separator: "\n", omittingEmptySubsequences: false).count <= 401,
                "\(name)"
            )
        }
    }
}
