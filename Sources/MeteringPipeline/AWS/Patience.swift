internal import MeteringLake

/// Waits longer each time, and in all no longer than someone has patience: for something that a service may never
/// say that it is done.
struct Patience {
    /// How waits begin, by what each is longer than the one before, and what they are at most.
    struct Pace {
        let first: Duration
        let growth: (by: Int, of: Int)
        let longest: Duration

        /// For an export, which takes minutes to hours.
        static let ofExports = Pace(first: .seconds(1), growth: (2, 1), longest: .seconds(30))
        /// For a statement, which takes seconds to minutes.
        static let ofStatements = Pace(
            first: .milliseconds(200), growth: (3, 2), longest: .seconds(5))
    }

    private let pace: Pace
    /// Who is waited for, for an error.
    private let location: String
    private let pause: @Sendable (Duration) async throws -> Void
    private var delay: Duration
    /// Of the waits alone, and until when in all: answers take time, too.
    private var left: Duration
    private let end: ContinuousClock.Instant

    init(
        _ patience: Duration, with location: String, at pace: Pace,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.pace = pace
        self.location = location
        self.pause = pause
        delay = pace.first
        left = patience
        end = .now + patience
    }

    /// Begins anew with short waits.
    mutating func hurry() { delay = pace.first }

    /// - Parameter what: for which is waited.
    /// - Throws: ``PipelineError`` once that has been long enough.
    mutating func next(for what: String) async throws {
        guard left > .zero, .now < end else {
            throw PipelineError(
                code: .inputOutput, location: location, reason: "waited long enough for \(what)")
        }
        try await pause(delay)
        left -= delay
        delay = min(delay * pace.growth.by / pace.growth.of, pace.longest)
    }
}
