internal import BedrockMetering
internal import MeteringLake

/// What is known of the nights before.
struct NightlyHistory: Sendable {
    /// The days that nights have begun with and may not have come to the end of.
    private(set) var begun: Set<UsageDay> = []
    /// The days of which there is nothing left to do: they are closed, and all was read that the input
    /// has of them.
    private(set) var done: Set<UsageDay> = []
    /// When days were closed, whichever machine did.
    private(set) var closed: [UsageDay: EventTime] = [:]
    /// Days of the period whose files were lost, and closed ones whose files were replaced.
    private(set) var lost: Set<UsageDay> = []
    private(set) var ledger: NightlySummary.LedgerState

    /// Whether no night has begun with anything so far, and nothing was closed.
    var isFirst: Bool { begun.isEmpty && closed.isEmpty }

    /// What facts and the ledger say, and without one what can be seen of the nights before in the lake.
    ///
    /// - Parameter period: the days that are asked about.
    init(
        of lake: Lake, ledger path: String, input: NightlyJob.Input, in period: UsagePeriod
    ) async throws(PipelineError) {
        var books: Ledger?
        ledger = .read
        do throws(PipelineError) {
            books = try Ledger(readingAt: path)
            try await read(books, of: lake, input, period)
        } catch {
            // A damaged one is replaced when it is written, which knows which one may be.
            guard [.notFound, .damagedLake].contains(error.code) else { throw error }
            (begun, done, closed, lost) = ([], [], [:], [])
            ledger = error.code == .notFound ? .missing : .unreadable
            try await look(at: lake, period)
            closed = try await FactSurvey(of: lake, ledger: nil).closings
        }
        try books?.close()
    }

    private mutating func read(
        _ books: Ledger?, of lake: Lake, _ input: NightlyJob.Input, _ period: UsagePeriod
    ) async throws(PipelineError) {
        guard let books else { return }
        let states = try await Self.closedStates(of: lake, books)
        for (day, state) in states { closed[day] = state.finality.closed }
        begun = try books.begunDays(of: input.name, closed: Set(closed.keys))
        done = try books.readDays(of: input.name).intersection(closed.keys)
        let days = try books.days(in: period)
        // Whatever lies in a source is ingested at once, so that its days need only be closed.
        if case .source = input {
            begun.formUnion(days.map(\.day).filter { closed[$0] == nil })
        }
        // One whose file was lost or replaced is done again, so that nobody finds out too late.
        let unchanged = await lake.unchangedVersions(of: days)
        var trusted: [UsageDay: Checksum] = [:]
        for day in days where unchanged[day.day] != nil { trusted[day.day] = day.checksum }
        for day in days where !day.isEmpty && closed[day.day] == nil && unchanged[day.day] == nil {
            guard let present = try? await lake.partition(of: day.day), present.files.isEmpty
            else { continue }
            lost.insert(day.day)
            begun.insert(day.day)
        }
        let asked = states.values.filter { (period.first...period.last).contains($0.day) }
        for day in await lake.unsettled(asked, trusting: trusted) {
            // That a file cannot be looked at, as without credentials, says nothing about it.
            if case .unreadable = day.reason { continue }
            lost.insert(day.day)
            done.remove(day.day)
            begun.insert(day.day)
        }
    }

    /// The closed days as facts have them; as the ledger has the facts where the lake cannot be asked,
    /// which the steps of the night will say.
    private static func closedStates(
        of lake: Lake, _ books: Ledger
    ) async throws(PipelineError) -> [UsageDay: Ledger.ClosedState] {
        do throws(PipelineError) {
            return try await FactSurvey(of: lake, ledger: books).closedStates
        } catch {
            return try books.closedStates()
        }
    }

    /// Finds out without a ledger which days nights may not have come to the end of: those of `period`
    /// since the first day of the lake, and where that is before it those since the last, which may hold
    /// no more than what the export of the day before reaches into it.
    private mutating func look(at lake: Lake, _ period: UsagePeriod) async throws(PipelineError) {
        let filled = try await Self.filledDays(of: lake).filter { $0 <= period.last }
        if let first = filled.first, let last = filled.last {
            begun = [max(first, period.first), last]
        } else if ledger == .missing {
            ledger = .new
        }
    }

    /// Adds the first day of `period` of which there is an export, where no earlier one is known: a
    /// night may have exported it and recorded nothing.
    mutating func look(
        at destination: ExportDestination, in store: any RemoteStore, _ period: UsagePeriod
    ) async throws(PipelineError) {
        let first = begun.min() ?? period.last
        for day in period.days where day < first {
            let folder = ObjectLocation(
                key: destination.prefix(of: day) + "/", in: destination.bucket)
            if try await store.hasObjects(beginningAs: folder) {
                begun.insert(day)
                return
            }
        }
    }

    /// The days that the lake has files of, in their order; none where there is no lake.
    private static func filledDays(of lake: Lake) async throws(PipelineError) -> [UsageDay] {
        if lake.isLocal, !FileStatus.isFolder(lake.root.path) { return [] }
        return try await lake.partitions().filter { !$0.files.isEmpty }.map(\.day)
    }
}
