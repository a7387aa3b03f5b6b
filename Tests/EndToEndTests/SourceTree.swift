import Foundation

/// The house as data: its modules and their folders, each with what it uses.
///
/// A row names only rows above it, so that no two depend on each other both ways.
enum SourceTree {
    /// A module, or a folder of one.
    struct Room: Sendable {
        let name: String
        let uses: [String]

        init(_ name: String, uses: String...) {
            self.name = name
            self.uses = uses
        }
    }

    static let modules = [
        Room("CSQLite"),
        Room("CZlib"),
        Room("Gzip", uses: "CZlib"),
        Room("Parquet", uses: "Gzip"),
        Room("BedrockMetering", uses: "Gzip", "Parquet"),
        Room("AWSServices"),
        Room("MeteringLake", uses: "BedrockMetering", "CSQLite", "Gzip", "Parquet"),
        Room("MeteringPipeline", uses: "AWSServices", "BedrockMetering", "MeteringLake"),
        Room("MeterConsole", uses: "BedrockMetering", "MeteringLake", "MeteringPipeline"),
        Room(
            "meter-etl",
            uses: "BedrockMetering", "MeterConsole", "MeteringLake", "MeteringPipeline"),
        Room(
            "meter-report",
            uses: "BedrockMetering", "MeterConsole", "MeteringLake", "MeteringPipeline"),
        Room("MeteringGateway", uses: "AWSServices", "BedrockMetering", "CSQLite"),
        Room("meter-gateway", uses: "AWSServices", "BedrockMetering", "MeteringGateway"),
    ]

    /// What modules import from elsewhere, beside Foundation and Synchronization.
    static let packages: [String: Set<String>] = [
        "AWSServices": ["AsyncHTTPClient", "Crypto", "NIOCore", "NIOHTTP1", "NIOPosix"],
        "MeteringLake": ["Crypto", "GRDB"],
        "MeteringPipeline": ["Logging"],
        "MeteringGateway": [
            "GRDB", "HTTPTypes", "Hummingbird", "HummingbirdCore", "JWTKit", "Logging", "NIOCore",
            "ServiceLifecycle",
        ],
        "MeterConsole": ["ArgumentParser", "Logging"],
        "meter-etl": ["ArgumentParser"],
        "meter-gateway": ["ArgumentParser"],
        "meter-report": ["ArgumentParser"],
    ]

    /// The folders of modules that have some, by the types that their files name.
    static let folders: [String: [Room]] = [
        "BedrockMetering": [
            Room("Text"),
            Room("Usage"),
            Room("Schema", uses: "Text", "Usage"),
            Room("Decoding/Messages", uses: "Text", "Usage", "Schema"),
            Room("Decoding/Framing", uses: "Text", "Usage", "Schema", "Decoding/Messages"),
            Room("Decoding", uses: "Usage", "Decoding/Messages", "Decoding/Framing"),
            Room(
                "Counting", uses: "Text", "Usage", "Schema", "Decoding/Messages",
                "Decoding/Framing"),
            Room("Pricing", uses: "Text", "Usage"),
            Room(
                "Aggregation", uses: "Text", "Usage", "Schema", "Decoding/Messages",
                "Decoding/Framing", "Counting", "Pricing"),
            Room("DayFiles", uses: "Usage", "Schema", "Counting", "Aggregation", "Text"),
            Room(
                "Reporting", uses: "Text", "Usage", "Decoding/Framing", "Counting", "Pricing",
                "Aggregation"),
            Room(
                "AthenaSQL", uses: "Usage", "Schema", "Decoding/Messages", "Decoding/Framing",
                "Pricing", "Aggregation"),
        ],
        "AWSServices": [
            Room("Primitives"),
            Room("HTTP", uses: "Primitives"),
            Room("XML", uses: "Primitives"),
            Room("Configuration", uses: "Primitives", "HTTP"),
            Room("Signing", uses: "Primitives", "HTTP"),
            Room("Client", uses: "Primitives", "HTTP", "XML", "Configuration", "Signing"),
            Room("STS", uses: "Primitives", "HTTP", "XML", "Signing", "Client"),
            Room(
                "Credentials", uses: "Primitives", "HTTP", "Configuration", "Signing", "Client",
                "STS"),
            Room("S3", uses: "Primitives", "HTTP", "XML", "Client"),
            Room("Athena", uses: "Primitives", "Client"),
            Room("Glue", uses: "Primitives", "Client"),
            Room("Logs", uses: "Client"),
            Room("DynamoDB", uses: "Client"),
            Room("EventStream", uses: "Primitives"),
            Room("BedrockRuntime", uses: "Primitives", "HTTP", "Client", "EventStream"),
        ],
        "MeteringGateway": [
            Room("JSON"),
            Room("Configuration", uses: "JSON"),
            Room("Authentication", uses: "JSON", "Configuration"),
            Room("Batching"),
            Room("Limits", uses: "Configuration", "Batching"),
            Room("Usage", uses: "Batching", "Limits"),
            Room("Calls", uses: "Configuration", "Authentication", "Limits", "Usage"),
            Room(
                "Doors", uses: "JSON", "Configuration", "Authentication", "Limits", "Calls"),
            Room(
                "Assembly", uses: "Configuration", "Authentication", "Limits", "Usage", "Calls",
                "Doors"),
        ],
        "MeteringLake": [
            Room("Memory"),
            Room("Storage", uses: "Memory"),
            Room("DayFiles", uses: "Storage"),
            Room("Facts", uses: "Storage"),
            Room("Ledger", uses: "Storage", "Facts"),
            Room("Lake", uses: "Storage", "DayFiles", "Facts", "Ledger"),
            Room("Conflicts", uses: "Storage", "Facts", "Ledger", "Lake"),
            Room("Reading", uses: "Memory", "Storage", "DayFiles", "Ledger", "Lake"),
            Room(
                "Bookkeeping", uses: "Storage", "DayFiles", "Facts", "Ledger", "Lake", "Conflicts"),
            Room(
                "Listings", uses: "Storage", "Facts", "Ledger", "Lake", "Conflicts", "Reading",
                "Bookkeeping"),
            Room(
                "Reports", uses: "Storage", "DayFiles", "Facts", "Ledger", "Lake", "Conflicts",
                "Reading", "Bookkeeping"),
            Room(
                "Runs", uses: "Storage", "DayFiles", "Facts", "Ledger", "Lake", "Conflicts",
                "Reading", "Bookkeeping"),
            Room(
                "Status", uses: "Storage", "DayFiles", "Facts", "Ledger", "Lake", "Reading",
                "Bookkeeping"),
            Room(
                "Verification", uses: "Storage", "DayFiles", "Facts", "Ledger", "Lake",
                "Bookkeeping"),
            Room(
                "Decisions", uses: "Storage", "Facts", "Ledger", "Lake", "Conflicts", "Bookkeeping",
                "Runs"),
        ],
        "MeteringPipeline": [
            Room("AWS"),
            Room("Ingest"),
            Room("Catalog", uses: "AWS"),
            Room("Export", uses: "AWS"),
            Room("Repair", uses: "Ingest"),
            Room("S3", uses: "AWS"),
            Room("Athena", uses: "AWS", "Catalog", "S3"),
            Room("Nightly", uses: "AWS", "Ingest", "Catalog", "Export"),
        ],
    ]

    /// What is written in a file of a module.
    struct File {
        /// Relative to the module.
        var path: String
        var text: String

        /// The folder that it lies in, empty for the module itself.
        var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }
    }

    /// A type of one folder that a file in another one names.
    struct Arrow: Hashable, CustomStringConvertible {
        var from: String
        var to: String
        var type: String
        var file: String

        var description: String { "\(file) names \(type), so that \(from) uses \(to)" }
    }

    /// What the folders of a module use of each other.
    static func arrows(between files: [File]) -> Set<Arrow> {
        let scans = files.map { (file: $0, words: SourceWords($0.text)) }
        var homes: [String: Set<String>] = [:]
        for (file, words) in scans {
            for type in words.declared { homes[type, default: []].insert(file.folder) }
        }
        var arrows: Set<Arrow> = []
        for (file, words) in scans {
            for type in words.named {
                // A name that several folders declare says nothing of whose it is.
                guard let home = homes[type], home.count == 1, let to = home.first,
                    to != file.folder
                else { continue }
                arrows.insert(Arrow(from: file.folder, to: to, type: type, file: file.path))
            }
        }
        return arrows
    }

    /// The arrows that the rows of a table do not allow.
    static func faults(in files: [File], by rooms: [Room]) -> [String] {
        let uses = Dictionary(uniqueKeysWithValues: rooms.map { ($0.name, $0.uses) })
        return arrows(between: files)
            .filter { uses[$0.from]?.contains($0.to) != true }
            .map(\.description).sorted()
    }

    /// The rows that name one that is not above them.
    static func disorder(of rooms: [Room]) -> [String] {
        rooms.enumerated().flatMap { index, room in
            room.uses.filter { use in !rooms[..<index].contains { $0.name == use } }
                .map { "\(room.name) uses \($0), which is not above it" }
        }
    }
}
