internal import Foundation
internal import Synchronization

/// How far the service's clock is from the machine's, as far as answers have shown.
///
/// An answer that comes by TLS, or from this machine, is believed; but a signature is worth something at the
/// time that it is made for, so that no answer may have one made for any time it likes. The first answer may
/// show that the machine's clock is wrong by up to a day, as one with the wrong zone is. Each later one may
/// tell up to a quarter of an hour more or less than what the first one told and the time that has passed since.
final class ClockSkew: Sendable {
    /// Services accept signatures that are up to five minutes off; S3, up to fifteen.
    private static let tolerance: TimeInterval = 240
    static let maximumOffset: TimeInterval = 24 * 3600
    static let maximumDrift: TimeInterval = 15 * 60

    private struct State {
        var offset: TimeInterval = 0
        /// The service's time less the machine's uptime, by the first answer.
        var first: Date?
    }

    private let state = Mutex(State())

    /// Seconds from the machine's time to the service's.
    var offset: TimeInterval { state.withLock { $0.offset } }

    /// Takes note of an answer that is believed.
    func note(_ serviceTime: Date, at uptime: Duration) {
        state.withLock { state in
            guard state.first == nil else { return }
            state.first = serviceTime.addingTimeInterval(-(uptime / .seconds(1)))
        }
    }

    /// Takes over the time of a service that refused a signature.
    ///
    /// - Parameters:
    ///   - now: by the machine's clock.
    ///   - offset: with which the request was signed. Another one may have been found since, by a request
    ///     that was under way at the same time.
    /// - Returns: whether the service's time explains the refusal, and may be told.
    func correct(
        by serviceTime: Date, now: Date, uptime: Duration, signedWith offset: TimeInterval
    ) -> Bool {
        let actual = serviceTime.timeIntervalSince(now)
        guard abs(actual - offset) > Self.tolerance, abs(actual) <= Self.maximumOffset else {
            return false
        }
        return state.withLock { state in
            guard let first = state.first else { return false }
            let expected = first.addingTimeInterval(uptime / .seconds(1))
            guard abs(serviceTime.timeIntervalSince(expected)) <= Self.maximumDrift else {
                return false
            }
            state.offset = actual
            return true
        }
    }

    /// Drops a correction that did not help, unless another one has been made since.
    func drop(_ offset: TimeInterval, for earlier: TimeInterval) {
        state.withLock { if $0.offset == offset { $0.offset = earlier } }
    }
}
