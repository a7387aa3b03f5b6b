import AWSServices
import Foundation
import LakeTestSupport
import TestSupport

@testable import MeteringLake
@testable import MeteringPipeline

/// A store for a test: a folder of its own on this machine, or a bucket of its own on a test server.
final class TestStore: Sendable {
    enum Kind: CaseIterable {
        case local, moto, weed

        static let servers = [Kind.moto, .weed]
    }

    let kind: Kind
    /// What the store's locations begin with, without a slash at the end.
    let root: String
    let environment: AWSEnvironment?
    private let bucket: String
    let folder: TemporaryFolder

    init(_ kind: Kind) async throws {
        self.kind = kind
        folder = try TemporaryFolder()
        var url: String?
        switch kind {
        case .local: bucket = ""
        case .moto:
            bucket = try MotoServer.shared.makeBucket()
            url = try MotoServer.shared.url
        case .weed:
            bucket = try WeedServer.shared.makeBucket()
            url = try WeedServer.shared.url
        }
        guard let url else {
            root = folder.path
            environment = nil
            return
        }
        root = "s3://\(bucket)"
        environment = try AWSEnvironment.standard([
            "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": WeedServer.accessKey,
            "AWS_SECRET_ACCESS_KEY": WeedServer.secretKey, "AWS_ENDPOINT_URL": url,
            "HOME": folder.path,
        ])
    }

    func location(_ name: String) -> String { "\(root)/\(name)" }

    /// The stores as a machine of its own sees them.
    ///
    /// - Parameter transport: what its requests go through; the network alone where nil.
    func stores(
        ofMachine machine: String = "machine", through transport: (any HTTPTransport)? = nil
    ) -> Stores {
        var environment = environment
        if let transport { environment?.transport = transport }
        return Stores(remote: S3Store(environment), stateHome: folder.path(machine))
    }

    private var client: S3Client? { environment.map { S3Client($0) } }

    func write(_ bytes: [UInt8], to name: String) async throws {
        if let client {
            _ = try await client.putObject(.bytes(bytes), at: name, in: bucket)
        } else {
            try folder.write(bytes, to: name)
        }
    }

    func write(_ text: String, to name: String) async throws {
        try await write(Array(text.utf8), to: name)
    }

    func remove(_ name: String) async throws {
        if let client {
            try await client.deleteObject(name, in: bucket)
        } else {
            try FileManager.default.removeItem(atPath: folder.path(name))
        }
    }

    /// All objects below `name`, by their names there.
    func objects(_ name: String) async throws -> [String: Data] {
        let stores = stores()
        let root = try ObjectLocation(location(name))
        var objects: [String: Data] = [:]
        for object in try await stores.objects(at: root) {
            let name = root.name(of: object.location) ?? ""
            objects[name] = Data(try await stores.read(object))
        }
        return objects
    }

    /// The files that Athena would read in a lake.
    func contents(_ lake: String) async throws -> LakeContents {
        LakeContents(
            files: try await objects(lake).filter { object in
                !object.key.split(separator: "/").contains { $0.hasPrefix("_") }
            })
    }
}
