internal import Foundation
internal import Synchronization

/// How far the service's clock is from the machine's, as far as answers have shown.
final class ClockSkew: Sendable {
    /// Services accept signatures that are up to five minutes off; S3, up to fifteen.
    private static let tolerance: TimeInterval = 240

    private let offset = Mutex<TimeInterval>(0)

    /// The service's time.
    func serviceTime(at date: Date) -> Date {
        date.addingTimeInterval(offset.withLock { $0 })
    }

    /// Takes over the time of a service that refused a signature.
    ///
    /// - Returns: whether that makes a difference that explains the refusal.
    func correct(by serviceTime: Date, at date: Date) -> Bool {
        let found = serviceTime.timeIntervalSince(date)
        return offset.withLock { offset in
            guard abs(found - offset) > Self.tolerance else { return false }
            offset = found
            return true
        }
    }
}
