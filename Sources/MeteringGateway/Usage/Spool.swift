internal import BedrockMetering
package import Foundation

/// A journal of intents and lines on a disk that outlives the process, in front of all sinks.
///
/// A folder of JSON lines: `usage-*.jsonl` holds what is delivered, `intents-*.jsonl` what calls were begun,
/// `shipped.json` how far the sinks have come. An ingest or a report may read all of it at any time.
package final class Spool: UsageJournal {
    static let usagePrefix = "usage-"
    static let intentPrefix = "intents-"

    /// What a line may take, kept free for each call that is under way, in bytes.
    private static let lineSize = 2 << 10

    /// The calls that were open when the run before ended. Each has a line by now that names it unknown.
    package let interruptedCalls: [CallIntent]

    private let writer: SpoolWriter
    private let shipper: SpoolShipper?
    private let group: GroupCommit<SpoolWriter.Entry, Result<Void, UsageError>>
    private let path: String
    private let limit: Int

    package struct Settings: Sendable {
        package var path: String
        /// Bytes that the files may have in all.
        package var limit = 1 << 30
        /// Bytes of a file after which another one begins.
        package var fileSize = 8 << 20
        /// How often new lines are looked for to be delivered: what they wait at most, if sinks are well.
        package var interval = Duration.milliseconds(200)
        /// How long the first sink may fail before the second is asked.
        package var patience = Duration.seconds(60)
        package var now: @Sendable () -> Date = { Date() }
        /// Is told, in words that hold nothing of the lines, what went wrong in the background.
        package var report: @Sendable (String) -> Void = { _ in }

        package init(path: String) {
            self.path = path
        }
    }

    /// Takes the folder of a spool, names the calls that were open in it, and begins to deliver.
    ///
    /// - Parameter sinks: none, one or two, in order of preference.
    /// - Throws: ``UsageError`` if the folder cannot be had, or what was open cannot be named.
    package init(_ settings: Settings, sinks: [any UsageSink]) async throws(UsageError) {
        path = settings.path
        limit = settings.limit
        let folder = try SpoolFolder(settings.path)
        let found = try SpoolRecovery(folder)
        if found.cutBytes > 0 {
            settings.report(
                "\(found.cutBytes) bytes of lines that were never whole are cut from the spool")
        }
        let writer = SpoolWriter(
            folder, segments: found.segments, intentFiles: found.intentFiles,
            fileSize: settings.fileSize, at: settings.now())
        self.writer = writer
        interruptedCalls = found.openIntents
        for outcome in await writer.commit(
            found.openIntents.map { .line(UsageEvent($0.unknownLine(.killed)), callID: $0.callID) })
        {
            try outcome.get()
        }
        writer.removeIntentFiles(found.intentFiles.map(\.name))
        group = GroupCommit { await writer.commit($0) }
        guard !sinks.isEmpty else {
            shipper = nil
            return
        }
        let shipper = SpoolShipper(
            folder, writer, UsageDelivery(sinks, patience: settings.patience),
            interval: settings.interval, now: settings.now, report: settings.report)
        self.shipper = shipper
        shipper.start()
    }

    package var keepsIntents: Bool { true }

    package func begin(_ intent: CallIntent) async throws(UsageError) {
        guard hasRoom() else {
            throw UsageError("the spool \(path) is full: \(limit) bytes, and nothing to take away")
        }
        try await group(.intent(intent)).get()
    }

    package func record(
        _ event: UsageEvent, of intent: CallIntent
    ) async throws(UsageError) {
        try await group(.line(event, callID: intent.callID)).get()
    }

    package func cancel(_ intent: CallIntent) async {
        _ = await group(.cancelled(callID: intent.callID))
    }

    /// Bytes that wait to be delivered.
    package var waitingBytes: Int { shipper?.waitingBytes ?? 0 }

    /// Bytes that the files have.
    package var bytes: Int { writer.current.bytes }

    /// Whether a call may begin. Lines of calls that have begun always find room.
    package func hasRoom() -> Bool {
        func excess() -> Int {
            let extent = writer.current
            return extent.bytes + (extent.openCalls + 1) * Self.lineSize - limit
        }
        let first = excess()
        guard first > 0 else { return true }
        shipper?.removeDelivered(excess: first)
        return excess() <= 0
    }

    package func stop() async {
        // Writes what intents do not tell yet of calls that are over.
        _ = await writer.commit([])
        await shipper?.stop(within: .seconds(10))
    }
}
