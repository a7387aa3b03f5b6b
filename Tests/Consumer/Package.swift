// swift-tools-version: 6.2

// A billing service that depends on the library alone: without traits, nothing else is resolved.

import PackageDescription

let package = Package(
    name: "consumer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "bedrock-metering", path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "consumer",
            dependencies: [.product(name: "BedrockMetering", package: "bedrock-metering")]
        )
    ],
    swiftLanguageModes: [.v6]
)
