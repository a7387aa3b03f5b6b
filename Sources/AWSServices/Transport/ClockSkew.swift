internal import Foundation
internal import Synchronization

/// How far the service's clock is from the machine's, as far as answers have shown.
final class ClockSkew: Sendable {
    /// Services accept signatures that are up to five minutes off; S3, up to fifteen.
    private static let tolerance: TimeInterval = 240

    private let found = Mutex<TimeInterval>(0)

    /// Seconds from the machine's time to the service's.
    var offset: TimeInterval { found.withLock { $0 } }

    /// Takes over the time of a service that refused a signature.
    ///
    /// - Parameters:
    ///   - now: by the machine's clock.
    ///   - offset: with which the request was signed. Another one may have been found since, by a request
    ///     that was under way at the same time.
    /// - Returns: whether the service's time explains the refusal.
    func correct(by serviceTime: Date, now: Date, signedWith offset: TimeInterval) -> Bool {
        let actual = serviceTime.timeIntervalSince(now)
        guard abs(actual - offset) > Self.tolerance else { return false }
        found.withLock { $0 = actual }
        return true
    }
}
