internal import BedrockMetering

/// What is known of the nights before.
struct NightlyHistory: Sendable {
    /// The days that a night has begun with: whose exports were read, or that the ledger knows.
    var begun: Set<UsageDay> = []
    /// When days were closed.
    var closed: [UsageDay: EventTime] = [:]
    var ledger: NightlySummary.LedgerState

    /// What the ledger says, or else what can be seen of the nights before `target`.
    init(
        of lake: Lake, ledger path: String, input: NightlyJob.Input, before target: UsageDay
    ) async throws(PipelineError) {
        do throws(PipelineError) {
            ledger = .read
            let days = try read(Ledger(readingAt: path), input)
            // One whose file was lost or replaced is done again, so that nobody finds out too late.
            let unchanged = await lake.unchangedVersions(of: days.filter { $0.closed != nil })
            for day in days where unchanged[day.day] == nil { closed[day.day] = nil }
        } catch {
            // A damaged one is told of and replaced by the ingest, which knows which one may be.
            guard [.notFound, .damagedLake].contains(error.code) else { throw error }
            closed = [:]
            begun = []
            ledger = error.code == .notFound ? .missing : .unreadable
            try await look(at: lake, input, before: target)
        }
    }

    private mutating func read(
        _ books: Ledger, _ input: NightlyJob.Input
    ) throws(PipelineError) -> [LedgerDay] {
        let days = try books.days()
        for day in days { closed[day.day] = day.closed }
        switch input {
        case .exports(_, let destination):
            // Without usage there may be no object either.
            begun = Set(days.filter(\.isEmpty).map(\.day))
            let prefix = "\(destination)/"
            for object in try books.objects() where object.location.hasPrefix(prefix) {
                let folder = object.location.dropFirst(prefix.count).prefix { $0 != "/" }
                if let day = UsageDay(folder) { begun.insert(day) }
            }
        case .source:
            // Whatever lies there is ingested at once, so that days need only be closed.
            begun = Set(days.map(\.day))
        }
        try books.close()
        return days
    }

    /// Finds out without a ledger where nights may have ended: what was exported, and the last day of
    /// the lake, which may hold no more than what the export of the day before reaches into it.
    private mutating func look(
        at lake: Lake, _ input: NightlyJob.Input, before target: UsageDay
    ) async throws(PipelineError) {
        let earliest = target.advanced(by: 1 - NightlyPlan.reach)
        let filled = try await Self.filledDays(of: lake).filter { $0 <= target }
        if let last = filled.last {
            begun = [max(earliest, last)]
        } else if ledger == .missing {
            ledger = .new
        }
        switch input {
        case .exports(_, let destination):
            var day = earliest
            while day <= target {
                let folder = ObjectLocation(
                    key: destination.prefix(of: day) + "/", in: destination.bucket)
                if try await lake.stores.s3.hasObjects(beginningAs: folder) { begun.insert(day) }
                day = day.advanced(by: 1)
            }
        case .source: begun.formUnion(filled.filter { earliest <= $0 })
        }
    }

    /// The days that the lake has files of, in their order; none where there is no lake.
    private static func filledDays(of lake: Lake) async throws(PipelineError) -> [UsageDay] {
        if lake.isLocal, !FileStatus.isFolder(lake.root.path) { return [] }
        return try await lake.partitions().filter { !$0.files.isEmpty }.map(\.day)
    }
}
