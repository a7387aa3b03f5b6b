package import BedrockMetering
internal import Foundation

/// The stores that locations lead to, and where a lake in S3 keeps what is local by nature.
package struct Stores: Sendable {
    package let local: LocalStore
    package let remote: any RemoteStore
    /// The folder of the folders of lakes in S3, as the XDG Base Directory Specification has it.
    let stateHome: String

    package init(
        remote: any RemoteStore = NoRemoteStore(), stateHome: String = standardStateHome,
        local: LocalStore = LocalStore()
    ) {
        self.local = local
        self.remote = remote
        self.stateHome = stateHome
    }

    /// The same for a lake, which somebody has named; see ``RemoteStore/naming(_:)`` and ``LocalStore/lake``.
    package func naming(_ lake: ObjectLocation) -> Stores {
        Stores(
            remote: remote.naming(lake), stateHome: stateHome,
            local: LocalStore(lake: lake.bucket == nil ? lake.path : nil))
    }

    /// The folder of what is local of a lake in S3, which is known by its endpoint as well unless that
    /// is AWS's: bucket names are unique there, and nowhere else.
    func stateFolder(of root: ObjectLocation) -> String {
        let prefix = "\(root)".dropFirst(ObjectLocation.scheme.count)
        let address = remote.address
        let plain = address.map { "\($0.authority)/\(prefix)" } ?? String(prefix)
        let whole = address.map { "\($0.url) \(root)" } ?? "\(root)"
        return
            "\(stateHome)/bedrock-metering/\(PlainName.plain(plain))-\(PlainName.hash(of: whole))"
    }

    /// This machine's files alone.
    package static let local = Stores()

    /// What the environment says.
    static var standardStateHome: String {
        let variables = ProcessInfo.processInfo.environment
        // Relative paths are to be ignored.
        if let home = variables["XDG_STATE_HOME"], home.hasPrefix("/") { return home }
        let home = FileManager.default.homeDirectoryForCurrentUser.path(percentEncoded: false)
        return (home.hasSuffix("/") ? String(home.dropLast()) : home) + "/.local/state"
    }

    package subscript(location: ObjectLocation) -> any ObjectStore {
        location.bucket == nil ? local : remote
    }

    package func objects(at location: ObjectLocation) async throws(PipelineError) -> [StoredObject]
    {
        try await self[location].objects(at: location)
    }

    /// The version of an object as it was listed, or as it is.
    package func version(of object: StoredObject) async throws(PipelineError) -> ObjectVersion? {
        if let listed = object.listed { return listed }
        return try await self[object.location].version(of: object.location)
    }

    package func open(_ object: StoredObject) async throws(PipelineError) -> any ObjectBody {
        try await self[object.location].open(object)
    }

    /// Decodes an object into `sink`, chunk by chunk; one that is not on this machine is read a second
    /// time where that fails, since what came may not be what was stored.
    ///
    /// - Parameters:
    ///   - body: the object where it was opened already.
    ///   - check: throws ``MemoryShortage`` where the rest of the object need not be read.
    /// - Throws: ``ExportDecodingError``, ``PipelineError`` or what `check` does; `sink` has then been rolled back.
    package func decode<Sink: UsageSink & ~Copyable>(
        _ object: StoredObject, from body: (any ObjectBody)? = nil, limits: DecodingLimits,
        into sink: inout Sink, check: (borrowing Sink) throws -> Void = { _ in }
    ) async throws -> (counts: EventCounts, version: ObjectVersion?) {
        do {
            return try await decodeOnce(
                object, from: body, limits: limits, into: &sink, check: check)
        } catch {
            guard object.location.bucket != nil, !(error is MemoryShortage) else { throw error }
            return try await decodeOnce(
                object, from: nil, limits: limits, into: &sink, check: check)
        }
    }

    private func decodeOnce<Sink: UsageSink & ~Copyable>(
        _ object: StoredObject, from body: (any ObjectBody)?, limits: DecodingLimits,
        into sink: inout Sink, check: (borrowing Sink) throws -> Void
    ) async throws -> (counts: EventCounts, version: ObjectVersion?) {
        var session = DecodingSession(named: object.name, limits: limits)
        let version: ObjectVersion?
        do {
            let body = if let body { body } else { try await open(object) }
            version = body.version
            while try await body.next({
                try session.feed($0.bytes, into: &sink)
                try check(sink)
            }) {}
        } catch {
            sink.rollback()
            throw error
        }
        return (try session.finish(into: &sink), version)
    }

    /// An object's bytes as a whole, for small objects.
    package func read(_ object: StoredObject) async throws -> [UInt8] {
        let body = try await open(object)
        var bytes: [UInt8] = []
        while try await body.next({ bytes += $0 }) {}
        return bytes
    }
}
