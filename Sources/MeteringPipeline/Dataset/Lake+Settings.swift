internal import BedrockMetering
internal import Foundation

/// What was settled when a lake was made: a small object in it, which every machine reads.
///
/// A lake without one, as most are, goes by ``UsageIdentity/request``.
extension Lake {
    static let settingsName = "_settings"
    /// Bytes of it; more is none of ours.
    private static let largestSettings = 1 << 12

    private struct Settings: Decodable {
        var version: Int
        var identity: String
    }

    private var settingsPlace: ObjectLocation { root.appending(Self.settingsName) }

    /// What tells calls of the lake apart.
    ///
    /// - Throws: ``PipelineError`` with `damagedLake` where that cannot be told, since calls would be lost
    ///   or doubled if it were guessed.
    func identity() async throws -> UsageIdentity {
        try await settledIdentity() ?? .request
    }

    /// Settles what tells calls apart of a lake that is about to be filled, whose lock is held.
    ///
    /// - Parameter asked: what was asked for; what the lake has where nil.
    /// - Throws: ``PipelineError`` with `usage` where the lake has another one.
    func settle(
        _ asked: UsageIdentity?, among partitions: [Partition]
    ) async throws -> UsageIdentity {
        let settled = try await settledIdentity()
        let isNew = partitions.allSatisfy { $0.files.isEmpty && $0.damage == nil }
        guard let asked, asked != settled ?? .request else { return settled ?? .request }
        guard settled == nil, isNew else { throw mismatch(asked, settled ?? .request) }
        let staged = try StagedFile(in: self)
        try staged.write(Array("{\"version\": 1, \"identity\": \"\(asked.rawValue)\"}\n".utf8))
        if try await create(staged, at: settingsPlace) { return asked }
        // Another machine was faster.
        let others = try await identity()
        guard others == asked else { throw mismatch(asked, others) }
        return asked
    }

    private func mismatch(_ asked: UsageIdentity, _ settled: UsageIdentity) -> PipelineError {
        PipelineError(
            code: .usage, location: "\(root)",
            reason:
                "is a lake of the identity \(settled.rawValue), which was settled when it was made; "
                + "leave --identity out, or ingest into a new lake with --identity \(asked.rawValue)"
        )
    }

    private func settledIdentity() async throws -> UsageIdentity? {
        var bytes: [UInt8] = []
        do {
            let body = try await stores.open(StoredObject(location: settingsPlace))
            while bytes.count <= Self.largestSettings, try await body.next({ bytes += $0 }) {}
        } catch let error as PipelineError where error.code == .notFound {
            return nil
        }
        guard bytes.count <= Self.largestSettings,
            let settings = try? JSONDecoder().decode(Settings.self, from: Data(bytes)),
            settings.version == 1, let identity = UsageIdentity(rawValue: settings.identity)
        else {
            throw PipelineError(
                code: .damagedLake, location: "\(settingsPlace)",
                reason:
                    "is not what this version writes, so that calls cannot be told apart; nothing "
                    + "was changed. Bring it back, or use the version that made the lake"
            )
        }
        return identity
    }
}
