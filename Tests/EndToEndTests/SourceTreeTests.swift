import Foundation
import Testing

/// What each module under Sources may import, what its folders may use of each other, and how long its files
/// may be.
@Suite struct SourceTreeTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func files(in folder: String) throws -> [(name: String, text: String)] {
        let folder = root.appendingPathComponent("Sources").appendingPathComponent(folder).path
        return try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".swift") || $0.hasSuffix(".h") }
            .map { ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
    }

    private static let moduleNames = SourceTree.modules.map(\.name)

    @Test func `every folder of the sources is in the table`() throws {
        let sources = Self.root.appendingPathComponent("Sources").path

        let folders = try FileManager.default.contentsOfDirectory(atPath: sources)

        #expect(Set(folders.filter { !$0.hasPrefix(".") }) == Set(Self.moduleNames))
    }

    @Test(arguments: SourceTree.modules)
    func `a module imports only what is in its row`(module: SourceTree.Room) throws {
        let folder = module.name
        let allowed = (SourceTree.packages[folder] ?? [])
            .union(module.uses + ["Foundation", "Synchronization"])
        let form =
            /^\s*(?:@\S+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
            .anchorsMatchLineEndings()

        for (name, text) in try Self.files(in: folder) {
            for match in text.matches(of: form) {
                #expect(allowed.contains(String(match.1)), "\(folder)/\(name) imports \(match.1)")
            }
        }
    }

    // MARK: Folders

    private static func sources(of module: String) throws -> [SourceTree.File] {
        try files(in: module).filter { $0.name.hasSuffix(".swift") }
            .map { SourceTree.File(path: $0.name, text: $0.text) }
    }

    @Test func `no row of a table uses one that is not above it`() {
        #expect(SourceTree.disorder(of: SourceTree.modules) == [])
        for rooms in SourceTree.folders.values { #expect(SourceTree.disorder(of: rooms) == []) }
    }

    @Test(arguments: moduleNames)
    func `every folder of a module is in the table`(module: String) throws {
        let folders = Set(try Self.sources(of: module).map(\.folder)).subtracting([""])
        #expect(folders == Set((SourceTree.folders[module] ?? []).map(\.name)))
    }

    @Test(arguments: SourceTree.folders.keys.sorted())
    func `a folder uses only what is in its row`(module: String) throws {
        let rooms = try #require(SourceTree.folders[module])

        #expect(SourceTree.faults(in: try Self.sources(of: module), by: rooms) == [])
    }

    @Test func `a cycle between two folders is a failing line`() {
        let rooms = [SourceTree.Room("Low"), SourceTree.Room("High", uses: "Low")]
        let low = "struct Low { func high() -> High { High() } }"
        let files = [
            SourceTree.File(path: "Low/Low.swift", text: low),
            SourceTree.File(path: "High/High.swift", text: "struct High { var low: Low }"),
        ]

        #expect(
            SourceTree.faults(in: files, by: rooms)
                == ["Low/Low.swift names High, so that Low uses High"])
        #expect(
            SourceTree.disorder(of: [rooms[0], SourceTree.Room("Low", uses: "High"), rooms[1]])
                == ["Low uses High, which is not above it"])
    }

    @Test(arguments: [
        ("let high: High?", true), ("extension High {}", true),
        ("func go(_ high: [High]) {}", true),
        (##"let text = "\(High.name)""##, true), (##"let text = #"\#(High.name)"#"##, true),
        (##"let text = "a \(go("b", High()))""##, true),
        ("let text = \"\"\"\n    \\(High.name)\n    \"\"\"", true),
        ("// High", false), ("/* /* */ High */ let low = 1", false), ("let text = \"High\"", false),
        (##"let text = "\\(High)""##, false), (##"let text = #"\(High) ""#"##, false),
        ("let text = \"\"\"\n    \"High\"\n    \"\"\"", false), ("let kind = Low.High.self", false),
        ("let higher = Higher()", false), ("struct High {}", false), ("import High", false),
    ])
    func `a type counts if code names it`(code: String, isNamed: Bool) {
        let files = [
            SourceTree.File(path: "Low/Low.swift", text: code),
            SourceTree.File(path: "High/High.swift", text: "@frozen public struct High {}"),
        ]

        #expect(SourceTree.arrows(between: files).isEmpty == !isNamed)
    }

    @Test(arguments: [
        ("private struct High {}", false), ("fileprivate enum High {}", false),
        ("struct Other { struct High {} }", false), ("extension High {}", false),
        ("package final class High {}", true), ("public indirect enum High {}", true),
        ("private let other = 1\nprotocol High {}", true),
        ("private extension Other { func go() {} }\nactor High {}", true),
        ("public typealias High = Int", true),
    ])
    func `a type is declared if other files can name it`(code: String, isDeclared: Bool) {
        #expect(SourceWords(code).declared.contains("High") == isDeclared)
    }

    // MARK: Doors

    @Test(arguments: [
        ("import CZlib", ["Gzip"]), ("zlib.h", ["CZlib"]),
        ("import ArgumentParser", ["MeterConsole", "meter-etl", "meter-gateway", "meter-report"]),
        ("import GRDB", ["MeteringLake/Ledger", "MeteringGateway/Limits"]),
        ("import CSQLite", ["MeteringLake/Ledger", "MeteringGateway/Limits"]),
        ("sqlite3", ["CSQLite"]),
        ("import Crypto", ["AWSServices/Primitives", "MeteringLake/Storage/Checksum.swift"]),
        ("import JWTKit", ["MeteringGateway/Authentication"]),
        ("import AsyncHTTPClient", ["AWSServices/HTTP"]),
        ("import NIO", ["AWSServices/HTTP", "MeteringGateway/Doors"]),
        ("import HTTPTypes", ["MeteringGateway/Doors"]),
        ("import Hummingbird", ["MeteringGateway/Doors"]),
        ("import ServiceLifecycle", ["MeteringGateway/Doors"]),
        (
            "import Logging",
            [
                "MeteringGateway/Doors", "MeteringPipeline/Export", "MeteringPipeline/Nightly",
                "MeterConsole", "meter-etl",
            ]
        ),
        ("import FoundationXML", []), ("XMLParser", []),
    ])
    func `a dependency has one door`(text: String, doors: [String]) throws {
        for folder in Self.moduleNames {
            for file in try Self.files(in: folder) where file.text.contains(text) {
                let path = "\(folder)/\(file.name)"
                #expect(doors.contains { path == $0 || path.hasPrefix($0 + "/") }, "\(path)")
            }
        }
    }

    @Test(arguments: moduleNames)
    func `no file is longer than 400 lines`(folder: String) throws {
        for (name, text) in try Self.files(in: folder) {
            #expect(
                text.split(separator: "\n", omittingEmptySubsequences: false).count <= 401,
                "\(name)"
            )
        }
    }
}
