internal import Foundation
internal import Synchronization

/// Delivers what a spool holds, in the background, and takes away what has been delivered long ago.
final class SpoolShipper: Sendable {
    private let folder: SpoolFolder
    private let writer: SpoolWriter
    private let delivery: UsageDelivery
    private let interval: Duration
    private let now: @Sendable () -> Date
    private let state: Mutex<ShippedState>
    private let task = Mutex<Task<Void, Never>?>(nil)
    private let report: @Sendable (String) -> Void

    /// Bytes of lines that are delivered together.
    private static let batchSize = 512 << 10
    private static let firstPause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(30)

    /// - Parameters:
    ///   - interval: how often it looks for new lines.
    ///   - report: is told, in words that hold nothing of the lines, what went wrong.
    init(
        _ folder: SpoolFolder, _ writer: SpoolWriter, _ delivery: UsageDelivery,
        interval: Duration, now: @escaping @Sendable () -> Date,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.writer = writer
        self.delivery = delivery
        self.interval = interval
        self.now = now
        self.report = report
        state = Mutex(ShippedState(folder))
    }

    func start() {
        let new = Task { await self.run() }
        task.withLock { $0 = new }
    }

    /// Delivers what is left, as far as that works in `time`, and ends.
    func stop(within time: Duration) async {
        let running = task.withLock { task in
            defer { task = nil }
            return task
        }
        running?.cancel()
        await running?.value
        let last = Task { while try await self.deliverNext() {} }
        let timer = Task {
            try await Task.sleep(for: time)
            last.cancel()
        }
        _ = await last.result
        timer.cancel()
    }

    /// Bytes that wait to be delivered.
    var waitingBytes: Int {
        let state = state.withLock(\.self)
        return writer.current.segments.reduce(0) { sum, segment in
            sum + max(0, segment.size - (state.segments[segment.name]?.bytes ?? 0))
        }
    }

    private func run() async {
        var pause = Self.firstPause
        var isFailing = false
        while !Task.isCancelled {
            do throws(UsageError) {
                while try await deliverNext() {}
                if isFailing { report("usage lines are delivered again") }
                isFailing = false
                pause = Self.firstPause
                removeDelivered(excess: 0)
                try? await Task.sleep(for: interval)
            } catch {
                if !isFailing, !Task.isCancelled {
                    report("usage lines are not delivered, and wait in the spool: \(error)")
                }
                isFailing = true
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    /// Delivers one batch.
    ///
    /// - Returns: whether there was one.
    func deliverNext() async throws(UsageError) -> Bool {
        guard !Task.isCancelled else { return false }
        let state = state.withLock(\.self)
        let next = writer.current.segments.first {
            (state.segments[$0.name]?.bytes ?? 0) < $0.size
        }
        guard let next else { return false }
        let start = state.segments[next.name]?.bytes ?? 0
        let bytes = try folder.contents(
            next.name, start..<min(next.size, start + Self.batchSize))
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            throw UsageError("\(folder.path(next.name)) holds a line that is none of ours")
        }
        let events = bytes[...end].split(separator: UInt8(ascii: "\n")).map {
            UsageEvent(bytes: Array($0))
        }
        let refused = try await delivery.deliver(events).count
        if refused > 0 {
            report("\(refused) usage lines are taken by no sink; \(next.name) keeps them")
        }
        let new = self.state.withLock { state in
            var segment = state.segments[next.name] ?? ShippedState.Segment()
            segment.bytes = start + end + 1
            segment.refused += refused
            segment.seconds = Int64(now().timeIntervalSince1970)
            state.segments[next.name] = segment
            return state
        }
        try new.save(folder)
        return true
    }

    /// Takes away segments that have been delivered: old ones, and as many as make room for `excess` bytes.
    func removeDelivered(excess: Int) {
        // The last one is written to.
        let segments = Array(writer.current.segments.dropLast())
        let names = state.withLock(\.self).removable(of: segments, excess: excess, at: now())
        guard !names.isEmpty else { return }
        // As long as a segment is there, it is known to be delivered.
        writer.removeSegments(names)
        let new = state.withLock { state in
            for name in names { state.segments[name] = nil }
            return state
        }
        try? new.save(folder)
    }
}
