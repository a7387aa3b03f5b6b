import Foundation

/// How much is tried at random: `METER_FUZZ_ROUNDS`, 1,000 unless set.
package enum Fuzzing {
    package static let rounds =
        ProcessInfo.processInfo.environment["METER_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 1000

    /// Seeds from 1: `usual` of them, and as many again for every further thousand rounds.
    package static func seeds(_ usual: Int) -> ClosedRange<UInt64> {
        1...UInt64(usual * max(1, rounds / 1000))
    }
}
