internal import BedrockMetering
internal import Foundation

/// What time it is.
struct LedgerClock: Sendable {
    var now: @Sendable () -> EventTime

    static let system = LedgerClock {
        EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
    }
}
