/// Which of two sinks is asked next: the first, and the second when the first has failed for long enough.
struct SinkOrder: Sendable {
    /// For how long the first must have failed.
    let patience: Duration
    private var failingSince: ContinuousClock.Instant?

    init(patience: Duration) {
        self.patience = patience
    }

    mutating func succeeded() {
        failingSince = nil
    }

    /// Takes note that the first has failed; returns whether the second is to be asked.
    mutating func failed(at now: ContinuousClock.Instant) -> Bool {
        let since = failingSince ?? now
        failingSince = since
        return now - since >= patience
    }
}
