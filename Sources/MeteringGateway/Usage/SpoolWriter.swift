internal import Foundation
internal import Synchronization

/// Writes the files of a spool. What is asked for at one time is written together and synced once.
final class SpoolWriter: @unchecked Sendable {
    enum Entry: Sendable {
        case intent(CallIntent)
        /// A line, and the call that it is about.
        case line(UsageEvent, callID: String)
        /// A call that leaves no line. It is written, and not synced for its own sake.
        case cancelled(callID: String)
    }

    /// What others may know of the files.
    struct Extent: Sendable {
        /// The segments of lines, in order, with their sizes as far as they are on the disk.
        var segments: [(name: String, size: Int)] = []
        var intentFiles: [String: Int] = [:]
        var openCalls = 0

        var bytes: Int {
            segments.reduce(0) { $0 + $1.size } + intentFiles.values.reduce(0, +)
        }
    }

    private let folder: SpoolFolder
    private let fileSize: Int
    private let start: Int64
    private let queue = DispatchQueue(label: "spool")
    private let extent: Mutex<Extent>

    // What follows belongs to the queue.
    private var files: [String: SpoolFile] = [:]
    private var number = 0
    /// The calls that are over, whose lines are on the disk, and of which the intents do not tell yet.
    private var finished: [String] = []
    /// The file that holds the intent of each call that is not over, and how many such calls each file has.
    private var fileOfCall: [String: String] = [:]
    private var callsInFile: [String: Int] = [:]
    /// The files of intents of this run, in order.
    private var intentFiles: [String] = []

    /// - Parameters:
    ///   - segments: what is there already.
    ///   - fileSize: at which a file is followed by another one.
    init(
        _ folder: SpoolFolder, segments: [(name: String, size: Int)],
        intentFiles: [(name: String, size: Int)], fileSize: Int, at now: Date
    ) {
        self.folder = folder
        self.fileSize = fileSize
        start = Int64(now.timeIntervalSince1970 * 1_000_000)
        extent = Mutex(
            Extent(
                segments: segments,
                intentFiles: Dictionary(uniqueKeysWithValues: intentFiles)))
    }

    var current: Extent { extent.withLock(\.self) }

    /// Writes entries in order; each has its own outcome.
    func commit(_ entries: [Entry]) async -> [Result<Void, UsageError>] {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.write(entries)) }
        }
    }

    /// Takes away files of intents that an earlier run has left, all of whose calls have lines by now.
    func removeIntentFiles(_ names: [String]) {
        for name in names {
            folder.remove(name)
            extent.withLock { $0.intentFiles[name] = nil }
        }
    }

    /// Takes away segments that are delivered, but for the one that is written to.
    func removeSegments(_ names: [String]) {
        let removed = Set(names)
        extent.withLock { $0.segments.removeAll { removed.contains($0.name) } }
        for name in removed { folder.remove(name) }
    }

    // MARK: On the queue

    private func write(_ entries: [Entry]) -> [Result<Void, UsageError>] {
        var (intents, lines): ([UInt8], [UInt8]) = ([], [])
        for id in finished { intents += IntentRecord.closed(callID: id).bytes }
        for entry in entries {
            switch entry {
            case .intent(let intent): intents += IntentRecord.opened(intent).bytes
            case .cancelled(let id): intents += IntentRecord.closed(callID: id).bytes
            case .line(let event, _): lines += event.bytes + [UInt8(ascii: "\n")]
            }
        }
        let needsSync = entries.contains { if case .cancelled = $0 { false } else { true } }
        let intentsOutcome = append(intents, to: Spool.intentPrefix, syncs: needsSync)
        let linesOutcome = append(lines, to: Spool.usagePrefix, syncs: true)
        if case .success = intentsOutcome { finished = [] }
        return entries.map { entry in
            switch entry {
            case .intent(let intent):
                if case .success(let name?) = intentsOutcome { opened(intent.callID, in: name) }
                return intentsOutcome.map { _ in }
            case .cancelled(let id):
                closed(id)
                return intentsOutcome.map { _ in }
            case .line(_, let id):
                guard case .success = linesOutcome else { return linesOutcome.map { _ in } }
                finished.append(id)
                closed(id)
                return .success(())
            }
        }
    }

    /// Adds bytes to the file of a kind, or to another one if that is full or cannot be trusted.
    ///
    /// - Returns: the name of the file; nil if there was nothing to write.
    private func append(
        _ bytes: [UInt8], to kind: String, syncs: Bool
    ) -> Result<String?, UsageError> {
        guard !bytes.isEmpty else { return .success(nil) }
        var failure = UsageError("nothing was written")
        // A file that could not be synced is left behind, and all of this is written to a new one.
        for _ in 0..<2 {
            do throws(UsageError) {
                let file = try file(kind)
                try file.append(bytes)
                if syncs { try file.sync() }
                note(file, kind)
                return .success(file.name)
            } catch {
                failure = error
                guard files[kind]?.isBroken == true else { break }
            }
        }
        return .failure(failure)
    }

    private func file(_ kind: String) throws(UsageError) -> SpoolFile {
        if let file = files[kind], !file.isBroken, file.size < fileSize { return file }
        number += 1
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
        let file = try SpoolFile(making: "\(kind)\(start)-\(padded).jsonl", in: folder)
        files[kind] = file
        if kind == Spool.intentPrefix {
            intentFiles.append(file.name)
            removeFilesThatAreOver()
        }
        return file
    }

    private func note(_ file: SpoolFile, _ kind: String) {
        extent.withLock { extent in
            if kind == Spool.intentPrefix {
                extent.intentFiles[file.name] = file.size
            } else if extent.segments.last?.name == file.name {
                extent.segments[extent.segments.count - 1].size = file.size
            } else {
                extent.segments.append((file.name, file.size))
            }
        }
    }

    private func opened(_ id: String, in name: String) {
        fileOfCall[id] = name
        callsInFile[name, default: 0] += 1
        extent.withLock { $0.openCalls = fileOfCall.count }
    }

    private func closed(_ id: String) {
        guard let name = fileOfCall.removeValue(forKey: id) else { return }
        callsInFile[name, default: 1] -= 1
        extent.withLock { $0.openCalls = fileOfCall.count }
        removeFilesThatAreOver()
    }

    /// Takes away files of intents all of whose calls are over, the oldest first and no other: that a call
    /// leaves no line may be said in a later file than the one that holds its intent.
    private func removeFilesThatAreOver() {
        while intentFiles.count > 1, callsInFile[intentFiles[0], default: 0] == 0 {
            let name = intentFiles.removeFirst()
            callsInFile[name] = nil
            removeIntentFiles([name])
        }
    }
}
