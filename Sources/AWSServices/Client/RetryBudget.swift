internal import Synchronization

/// Tokens that repetitions cost and successes earn, so that a service that is down is not sent many
/// times what it is sent when it is well. The numbers are those of the AWS SDKs' standard mode.
final class RetryBudget: Sendable {
    static let capacity = 500
    static let retryCost = 5
    static let timeoutCost = 10

    private let tokens = Mutex(capacity)

    /// Takes `cost` tokens; false, and nothing taken, where there are not as many.
    func spend(_ cost: Int) -> Bool {
        tokens.withLock { tokens in
            guard tokens >= cost else { return false }
            tokens -= cost
            return true
        }
    }

    /// A request succeeded, of whose repetitions the last one cost `cost` tokens, or 0.
    func refund(_ cost: Int) {
        tokens.withLock { $0 = min(Self.capacity, $0 + max(cost, 1)) }
    }
}

extension TransportError {
    /// What another attempt costs.
    var retryCost: Int {
        self == .timedOut ? RetryBudget.timeoutCost : RetryBudget.retryCost
    }
}
