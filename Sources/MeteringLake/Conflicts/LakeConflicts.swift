package import BedrockMetering

/// The calls in conflict of a lake, as every machine sees them: the lake's own lists, what facts say was
/// decided, and calls that only a ledger of 0.1.0 knows.
package struct LakeConflicts: Sendable {
    /// In the order of days, tenants and request ids; those that were decided as well.
    package private(set) var calls: [LakeConflict] = []
    /// What may be missing, by day.
    package private(set) var remarks: [UsageDay: String] = [:]
    /// Lists that cannot be read.
    package private(set) var failures: [ObjectFailure] = []

    /// - Parameters:
    ///   - facts: an index of the lake's facts.
    ///   - ledger: the ledger of this machine; nil where there is none that can be read.
    ///   - period: the days asked for; all where nil.
    package init(
        of lake: Lake, facts: Ledger, ledger: Ledger?, in period: UsagePeriod? = nil
    ) async throws(PipelineError) {
        let store = ConflictStore(lake: lake)
        let decisions = try facts.decisions(in: period)
        let listed = try await store.list().keys.filter { day in
            period.map { ($0.first...$0.last).contains(day) } ?? true
        }
        var older: [UsageDay: [CallConflict]] = [:]
        for call in try ledger?.conflicts(in: period) ?? [] {
            older[call.day, default: []].append(call)
        }
        for day in try ledger?.days(in: period) ?? [] {
            remarks[day.day] = day.unlistedConflictsRemark(in: lake)
        }
        let read = await Ahead.map(Array(listed)) {
            day -> (UsageDay, Result<[StoredConflict], any Error>) in
            do {
                return (day, .success(try await store.read(day)))
            } catch {
                return (day, .failure(error))
            }
        }
        var stored: [UsageDay: [StoredConflict]] = [:]
        for (day, result) in read {
            do {
                stored[day] = try result.get()
            } catch {
                failures.append(
                    ObjectFailure(error, of: "\(lake.root.appending(Lake.conflictsName))"))
            }
        }
        for day in Set(stored.keys).union(older.keys).union(decisions.keys).sorted() {
            calls += Self.calls(
                on: day, stored[day] ?? [], older[day] ?? [], decisions[day] ?? DayDecisions())
        }
    }

    private static func calls(
        on day: UsageDay, _ stored: [StoredConflict], _ older: [CallConflict],
        _ decisions: DayDecisions
    ) -> [LakeConflict] {
        var calls: [CallKey: LakeConflict] = [:]
        for call in older {
            let key = CallKey(call.tenant, call.request)
            calls[key] = LakeConflict(call, nil, decisions.byCall[key])
        }
        for conflict in stored {
            calls[conflict.key] = LakeConflict(
                conflict.call, conflict, decisions.byCall[conflict.key])
        }
        for (key, decision) in decisions.byCall where calls[key] == nil {
            let call = CallConflict(day: day, tenant: key.tenant, request: key.request)
            calls[key] = LakeConflict(call, nil, decision)
        }
        return calls.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Those of which money is in doubt.
    package var open: [LakeConflict] { calls.filter(\.isOpen) }

    /// How many calls of each day are in doubt; days without any are missing.
    package var openByDay: [UsageDay: Int] {
        open.reduce(into: [:]) { $0[$1.day, default: 0] += 1 }
    }
}
