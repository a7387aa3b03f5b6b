internal import AWSServices
internal import Foundation

/// Where a configuration comes from.
package enum ConfigurationSource: Sendable, Equatable {
    case file(String)
    /// The document itself, as an environment variable may hold it.
    case text(String)
    case object(bucket: String, key: String)

    /// The environment variable that stands in for the option `--config`.
    package static let variable = "METER_GATEWAY_CONFIG"
    /// What a document may have, in bytes: a thousand tenants with room for long names.
    static let maximumSize = 4 << 20

    /// What `option` says, or else the environment variable: a path, JSON, or an object in S3.
    ///
    /// - Throws: ``ConfigurationError`` where neither says anything.
    package init(
        option: String?, _ variables: [String: String]
    ) throws(ConfigurationError) {
        guard let text = option ?? variables[Self.variable], !text.isEmpty else {
            throw Self.error("there is none: give --config FILE, or set \(Self.variable)")
        }
        self = try Self.source(text)
    }

    private static func source(_ text: String) throws(ConfigurationError) -> ConfigurationSource {
        if text.drop(while: \.isWhitespace).hasPrefix("{") { return .text(text) }
        guard text.hasPrefix("s3://") else { return .file(text) }
        let parts = text.dropFirst(5).split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else {
            throw error("\(text) names no object: s3://bucket/key does")
        }
        return .object(bucket: String(parts[0]), key: String(parts[1]))
    }

    /// The configuration.
    ///
    /// - Throws: ``ConfigurationError`` where it cannot be had, or is wrong.
    package func configuration() async throws(ConfigurationError) -> GatewayConfiguration {
        try ConfigurationDocument.configuration(of: await bytes())
    }

    private func bytes() async throws(ConfigurationError) -> [UInt8] {
        switch self {
        case .text(let text): return Array(text.utf8)
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else {
                throw Self.error("\(path) cannot be read, or is no file", .missing)
            }
            guard data.count <= Self.maximumSize else { throw Self.error("\(path) is too large") }
            return Array(data)
        case .object(let bucket, let key):
            let name = "s3://\(bucket)/\(key)"
            do {
                return try await Self.object(key, in: bucket)
            } catch let error as AWSConfigurationError {
                throw Self.error("\(name) cannot be read: \(error.reason)")
            } catch let error as AWSError {
                throw Self.error(
                    "\(name) cannot be read: \(error)",
                    error.isNotFound ? .missing : .unreadable)
            } catch {
                throw Self.error("\(name) cannot be read, or is too large", .unreadable)
            }
        }
    }

    private static func object(_ key: String, in bucket: String) async throws -> [UInt8] {
        let object = try await S3Client(try AWSEnvironment.standard()).getObject(key, in: bucket)
        var bytes: [UInt8] = []
        while let chunk = try await object.next() {
            guard bytes.count + chunk.count <= maximumSize else { throw TooLarge() }
            chunk.withUnsafeBytes { bytes += $0 }
        }
        return bytes
    }

    private struct TooLarge: Error {}

    private static func error(
        _ reason: String, _ kind: ConfigurationError.Kind = .wrong
    ) -> ConfigurationError {
        ConfigurationError(
            kind,
            problems: [ConfigurationProblem(key: "", reason: "the configuration: \(reason)")])
    }
}
