package import BedrockMetering

/// What a run that holds the lake's lock knows of calls in conflict.
package struct ConflictBook: Sendable {
    private let store: ConflictStore
    /// The days of which the lake has a list.
    private let listed: Set<UsageDay>
    private let decisions: [UsageDay: DayDecisions]
    /// Finds out where versions were logged; nobody does where nil.
    package var finder: VersionFinder?

    /// What is known before anybody has looked.
    package init(of lake: Lake) {
        store = ConflictStore(lake: lake)
        listed = []
        decisions = [:]
    }

    package init(of lake: Lake, facts: Ledger) async throws(PipelineError) {
        store = ConflictStore(lake: lake)
        listed = Set(try await store.list().keys)
        decisions = try facts.decisions()
    }

    /// What a merge of a day has to know.
    ///
    /// - Parameter isRepeated: whether somebody else has changed the day since the run began, and so may
    ///   have begun a list.
    package func known(on day: UsageDay, isRepeated: Bool = false) async throws -> [KnownCall] {
        let decided = decisions[day]?.byCall ?? [:]
        var stored: [StoredConflict] = []
        if isRepeated || listed.contains(day) { stored = try await store.read(day) }
        var calls: [CallKey: KnownCall] = [:]
        for conflict in stored {
            calls[conflict.key] = KnownCall(
                conflict.call, decision: decided[conflict.key]?.decision.decision)
        }
        for (key, recorded) in decided where calls[key] == nil {
            let decision = recorded.decision
            calls[key] = KnownCall(
                CallConflict(day: day, tenant: decision.tenant, request: decision.request),
                decision: decision.decision)
        }
        return calls.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Keeps the versions of calls that a merge has met, before the day's file takes its place.
    package func keep(_ contested: [CallConflict], on day: UsageDay) async throws {
        guard !contested.isEmpty else { return }
        let places = await finder?.places(of: contested, on: day) ?? [:]
        try await store.add(
            contested.map { StoredConflict($0, places: places) }, on: day,
            decided: Set(decisions(on: day).byCall.keys))
    }

    /// What was decided of a day's calls.
    package func decisions(on day: UsageDay) -> DayDecisions { decisions[day] ?? DayDecisions() }

    /// The days of which calls were decided.
    var decidedDays: [UsageDay] { decisions.keys.sorted() }
}
