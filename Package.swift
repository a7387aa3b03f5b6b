// swift-tools-version: 6.2

import PackageDescription

var settings: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
if Context.environment["WARNINGS_AS_ERRORS"] != nil {
    settings.append(.treatAllWarnings(as: .error))
}
// For checks that run the commands a thousand times: what reads and writes usage optimised in a debug build.
var recordPathSettings = settings
if Context.environment["OPTIMIZED"] != nil {
    // More than one thread, or the index that a debug build writes lacks its files' names.
    let flags = ["-O", "-whole-module-optimization", "-num-threads", "2"]
    recordPathSettings.append(.unsafeFlags(flags, .when(configuration: .debug)))
}

/// A product that is resolved only where the trait is on.
func product(_ name: String, of package: String, trait: String = "Pipeline") -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: [trait]))
}

let argumentParser = product("ArgumentParser", of: "swift-argument-parser", trait: "Commands")
let gatewayArgumentParser = product(
    "ArgumentParser", of: "swift-argument-parser", trait: "Gateway")
let asyncHTTPClient = product("AsyncHTTPClient", of: "async-http-client")
let crypto = product("Crypto", of: "swift-crypto", trait: "Lake")
let grdb = product("GRDB", of: "GRDB.swift", trait: "Lake")
let httpTypes = product("HTTPTypes", of: "swift-http-types", trait: "Gateway")
let hummingbird = product("Hummingbird", of: "hummingbird", trait: "Gateway")
let hummingbirdCore = product("HummingbirdCore", of: "hummingbird", trait: "Gateway")
let jwtKit = product("JWTKit", of: "jwt-kit", trait: "Gateway")
let logging = product("Logging", of: "swift-log")
let nioCore = product("NIOCore", of: "swift-nio")
let nioHTTP1 = product("NIOHTTP1", of: "swift-nio")
let nioPosix = product("NIOPosix", of: "swift-nio")
let serviceLifecycle = product(
    "ServiceLifecycle", of: "swift-service-lifecycle", trait: "Gateway")

let package = Package(
    name: "bedrock-metering",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "BedrockMetering", targets: ["BedrockMetering"]),
        .library(name: "MeteringLake", targets: ["MeteringLake"]),
        .library(name: "MeteringPipeline", targets: ["MeteringPipeline"]),
        .executable(name: "meter-etl", targets: ["meter-etl"]),
        .executable(name: "meter-report", targets: ["meter-report"]),
        .executable(name: "meter-gateway", targets: ["meter-gateway"]),
    ],
    traits: [
        .trait(name: "Lake", description: "The library MeteringLake, with its ledger."),
        .trait(
            name: "Pipeline",
            description: "The library MeteringPipeline, which reaches AWS.",
            enabledTraits: ["Lake"]
        ),
        .trait(
            name: "Commands",
            description: "The commands meter-etl and meter-report.",
            enabledTraits: ["Pipeline"]
        ),
        .trait(
            name: "Gateway",
            description: "The command meter-gateway.",
            enabledTraits: ["Pipeline"]
        ),
        .default(enabledTraits: ["Commands", "Gateway", "Pipeline"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CZlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]
        ),
        .systemLibrary(
            name: "CSQLite",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]
        ),
        .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: recordPathSettings),
        .target(name: "Parquet", dependencies: ["Gzip"], swiftSettings: recordPathSettings),
        .target(
            name: "BedrockMetering",
            dependencies: ["Gzip", "Parquet"],
            swiftSettings: recordPathSettings
        ),
        .target(
            name: "AWSServices",
            dependencies: [asyncHTTPClient, crypto, nioCore, nioHTTP1, nioPosix],
            swiftSettings: settings
        ),
        .target(
            name: "MeteringLake",
            dependencies: ["BedrockMetering", "CSQLite", "Gzip", "Parquet", crypto, grdb],
            swiftSettings: settings
        ),
        .target(
            name: "MeteringPipeline",
            dependencies: ["AWSServices", "BedrockMetering", "MeteringLake", logging],
            swiftSettings: settings
        ),
        .target(
            name: "MeterConsole",
            dependencies: [
                "BedrockMetering", "MeteringLake", "MeteringPipeline", argumentParser, logging,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "meter-etl",
            dependencies: [
                "BedrockMetering", "MeterConsole", "MeteringLake", "MeteringPipeline",
                argumentParser,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "meter-report",
            dependencies: [
                "BedrockMetering", "MeterConsole", "MeteringLake", "MeteringPipeline",
                argumentParser,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "MeteringGateway",
            dependencies: [
                "AWSServices", "BedrockMetering", "CSQLite", grdb, httpTypes, hummingbird,
                hummingbirdCore, jwtKit, logging, nioCore, serviceLifecycle,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "meter-gateway",
            dependencies: [
                "AWSServices", "BedrockMetering", "MeteringGateway", gatewayArgumentParser,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "benchmark-tool",
            dependencies: ["BedrockMetering", "Gzip"],
            path: "Tests/Benchmark",
            exclude: [
                "benchmark.py", "datasets.py", "disk.py", "duckdb_daily.py", "duckdb_ingest.py",
                "duckdb_lake_daily.py", "duckdb_records.py", "goals.py", "instructions.json",
                "instructions.py", "measured.py", "measurement.py", "s3_benchmark.py", "spread.py",
                "variants.py",
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "parquet-tool",
            dependencies: ["Parquet"],
            path: "Tests/ParquetTool",
            swiftSettings: recordPathSettings
        ),
        .executableTarget(
            name: "aws-tool",
            dependencies: ["AWSServices"],
            path: "Tests/AWSTool",
            swiftSettings: settings
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "GzipTests",
            dependencies: ["Gzip", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ParquetTests",
            dependencies: ["Gzip", "Parquet", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AWSServicesTests",
            dependencies: ["AWSServices", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BedrockMeteringTests",
            dependencies: ["BedrockMetering", "Gzip", "Parquet", "TestSupport"],
            swiftSettings: settings
        ),
        .target(
            name: "LakeTestSupport",
            dependencies: ["BedrockMetering", "MeteringLake"],
            path: "Tests/LakeTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "MeteringLakeTests",
            dependencies: [
                "BedrockMetering", "LakeTestSupport", "MeteringLake", "TestSupport", grdb,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MeteringPipelineTests",
            dependencies: [
                "AWSServices", "BedrockMetering", "Gzip", "LakeTestSupport", "MeteringLake",
                "MeteringPipeline", "Parquet", "TestSupport", grdb, logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MeteringGatewayTests",
            dependencies: [
                "AWSServices", "BedrockMetering", "MeteringGateway", "TestSupport", jwtKit,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["TestSupport", "meter-etl", "meter-gateway", "meter-report"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)

// For a sanitizer: only what reads hostile bytes, and nothing that this does not need.
if Context.environment["RECORD_PATH_ONLY"] != nil {
    let path = ["CZlib", "Gzip", "Parquet", "BedrockMetering", "TestSupport"]
    package.targets.removeAll { target in
        !path.contains { target.name == $0 || target.name == "\($0)Tests" }
    }
    package.products.removeAll { $0.name != "BedrockMetering" }
    package.dependencies = []
}
