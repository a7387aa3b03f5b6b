package import BedrockMetering
internal import Foundation

/// What time it is.
package struct LedgerClock: Sendable {
    package var now: @Sendable () -> EventTime

    package static let system = LedgerClock {
        EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
    }
}
