internal import BedrockMetering
internal import Foundation
internal import MeteringLake

/// The right to change the days of a lake from inside Athena, which one run has at a time, whatever
/// machine it is on: an object in the lake, which is made only where there is none.
///
/// It outlives a process that was killed, and somebody has to remove it then.
struct AthenaLock: Sendable {
    private let place: ObjectLocation
    private let version: ObjectVersion
    private let store: S3Store

    /// - Throws: ``PipelineError`` with `lakeIsHeld` where another run has it.
    init(
        at place: ObjectLocation, in store: S3Store, for run: String, clock: LedgerClock = .system
    ) async throws(PipelineError) {
        let process = ProcessInfo.processInfo
        let holder =
            "\(run), process \(process.processIdentifier) on \(process.hostName), "
            + "since \(clock.now())"
        guard let version = try await store.create(Array(holder.utf8), at: place) else {
            throw PipelineError(
                code: .lakeIsHeld, location: "\(place)",
                reason: "another ingest inside Athena holds this lake: "
                    + "\(await Self.holder(at: place, in: store)); "
                    + "once that run is no more, remove this object"
            )
        }
        self.place = place
        self.version = version
        self.store = store
    }

    /// What a lock says of its holder, which anybody may have written.
    private static func holder(at place: ObjectLocation, in store: S3Store) async -> String {
        var bytes: [UInt8] = []
        if let body = try? await store.open(StoredObject(location: place)) {
            while bytes.count < 200, (try? await body.next { bytes += $0 }) == true {}
        }
        return bytes.isEmpty
            ? "nobody knows which" : String(decoding: bytes.prefix(200), as: UTF8.self)
    }

    /// - Throws: ``PipelineError`` with `lakeIsHeld` where somebody has taken it away.
    func check() async throws(PipelineError) {
        do throws(PipelineError) {
            if try await store.version(of: place) == version { return }
        } catch {
            guard error.code == .notFound else { throw error }
        }
        throw PipelineError(
            code: .lakeIsHeld, location: "\(place)",
            reason: "was taken away from this run, which stops before another day is replaced"
        )
    }

    /// Gives it up; one that is not this run's any more stays.
    func release() async throws(PipelineError) {
        _ = try await store.remove(place, version: version)
    }
}
