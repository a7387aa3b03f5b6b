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

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser",
    condition: .when(traits: ["Commands"])
)

let package = Package(
    name: "bedrock-metering",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "BedrockMetering", targets: ["BedrockMetering"]),
        .library(name: "MeteringPipeline", targets: ["MeteringPipeline"]),
        .executable(name: "meter-etl", targets: ["meter-etl"]),
        .executable(name: "meter-report", targets: ["meter-report"]),
    ],
    traits: [
        .trait(name: "Commands", description: "The commands meter-etl and meter-report."),
        .default(enabledTraits: ["Commands"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(
            name: "CZlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]
        ),
        .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: settings),
        .target(name: "Parquet", dependencies: ["Gzip"], swiftSettings: settings),
        .target(name: "BedrockMetering", dependencies: ["Gzip"], swiftSettings: settings),
        .target(
            name: "MeteringPipeline",
            dependencies: ["BedrockMetering", "Gzip", "Parquet"],
            swiftSettings: settings
        ),
        .target(
            name: "MeterConsole",
            dependencies: ["BedrockMetering", "MeteringPipeline", argumentParser],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "meter-etl",
            dependencies: ["MeterConsole", "MeteringPipeline", argumentParser],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "meter-report",
            dependencies: ["BedrockMetering", "MeterConsole", "MeteringPipeline", argumentParser],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "benchmark-tool",
            dependencies: ["BedrockMetering", "Gzip"],
            path: "Tests/Benchmark",
            exclude: ["benchmark.py", "duckdb_daily.py", "instructions.json", "instructions.py"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "parquet-tool",
            dependencies: ["Parquet"],
            path: "Tests/ParquetTool",
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
            name: "BedrockMeteringTests",
            dependencies: ["BedrockMetering", "Gzip", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MeteringPipelineTests",
            dependencies: ["BedrockMetering", "Gzip", "MeteringPipeline", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["TestSupport", "meter-etl", "meter-report"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
