package import BedrockMetering
internal import Foundation

/// What was settled when a lake was made: a small object in it, which every machine reads.
///
/// A lake without one, as those are that 0.1.0 made, goes by ``UsageIdentity/request``.
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
    package func identity() async throws -> UsageIdentity {
        try await settledIdentity() ?? .request
    }

    /// Settles what tells calls apart of a lake that is about to be filled, whose lock is held.
    ///
    /// A lake that is new keeps it from then on, made where there is none: of two machines that make one
    /// lake in S3 at once with different identities, one is refused.
    ///
    /// - Parameter asked: what was asked for; what the lake has where nil, or
    ///   ``UsageIdentity/request`` where it is new.
    /// - Throws: ``PipelineError`` with `usage` where the lake has another one.
    package func settle(
        _ asked: UsageIdentity?, among partitions: [Partition]
    ) async throws -> UsageIdentity {
        let isNew = partitions.allSatisfy { $0.files.isEmpty && $0.damage == nil }
        if isNew, try await settledIdentity() == nil {
            let wanted = asked ?? .request
            let staged = try StagedFile(in: self)
            try staged.write(Self.settings(wanted))
            if try await create(staged, at: settingsPlace) { return wanted }
        }
        // Another machine may have been faster.
        return try await check(asked)
    }

    /// The same of a lake whose days Athena writes.
    ///
    /// - Parameter isNew: whether nothing has written days yet.
    package func settle(
        _ asked: UsageIdentity?, isNew: Bool, in store: any RemoteStore
    ) async throws -> UsageIdentity {
        if isNew, try await settledIdentity() == nil {
            let wanted = asked ?? .request
            let made = try await store.create(Self.settings(wanted), at: settingsPlace)
            if made != nil { return wanted }
        }
        return try await check(asked)
    }

    /// What ``settle(_:isNew:in:)`` would settle, while nothing is written.
    package func identity(asked: UsageIdentity?, isNew: Bool) async throws -> UsageIdentity {
        if isNew, try await settledIdentity() == nil { return asked ?? .request }
        return try await check(asked)
    }

    private static func settings(_ identity: UsageIdentity) -> [UInt8] {
        Array(
            JSONText.document([("identity", JSONText.quoted(identity.rawValue))]).utf8)
    }

    /// What the lake goes by, unless something else was asked for.
    private func check(_ asked: UsageIdentity?) async throws -> UsageIdentity {
        let settled = try await identity()
        guard let asked, asked != settled else { return settled }
        throw mismatch(asked, settled)
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
