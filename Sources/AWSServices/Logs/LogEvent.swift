/// An event for a log stream.
package struct LogEvent: Sendable, Hashable, Encodable {
    /// Since 1970-01-01T00:00:00Z.
    package var timestamp: Int64
    package var message: String

    package init(timestamp: Int64, message: String) {
        self.timestamp = timestamp
        self.message = message
    }

    /// What it counts for in a batch, in bytes.
    var size: Int { message.utf8.count + Self.overhead }

    private static let overhead = 26
}

extension LogEvent {
    /// Events divided up as requests may have them, in order of their times; each batch has the indices of
    /// its events.
    ///
    /// A request has at most 10,000 events of a day in all, and 1 MiB with 26 bytes for each event; see
    /// PutLogEvents in the Amazon CloudWatch Logs API reference. An event that is larger by itself, or empty,
    /// is in no batch.
    package static func batches(of events: [LogEvent]) -> [[Int]] {
        var batches: [[Int]] = []
        var batch: [Int] = []
        var size = 0
        let order = events.indices.sorted {
            (events[$0].timestamp, $0) < (events[$1].timestamp, $1)
        }
        for index in order where events[index].isSendable {
            let event = events[index]
            if let first = batch.first,
                batch.count == maximumCount || size + event.size > maximumSize
                    || event.timestamp - events[first].timestamp >= maximumSpan
            {
                batches.append(batch)
                batch = []
                size = 0
            }
            batch.append(index)
            size += event.size
        }
        return batch.isEmpty ? batches : batches + [batch]
    }

    /// Whether a request may hold it.
    private var isSendable: Bool { !message.isEmpty && size <= Self.maximumSize }

    static let maximumCount = 10_000
    /// Bytes.
    static let maximumSize = 1 << 20
    /// Milliseconds.
    static let maximumSpan: Int64 = 24 * 3600 * 1000
}
