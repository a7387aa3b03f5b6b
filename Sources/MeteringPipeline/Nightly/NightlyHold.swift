internal import BedrockMetering
internal import MeteringLake

/// Why a day of a night stays provisional.
enum NightlyHold: Sendable, Hashable {
    /// The night ended before its turn came.
    case notDone
    case failed(step: String)
    /// Objects that could not be read, and days that could not be written.
    case incomplete(failures: Int)
    case notVerified
    case notAsRecorded([DayVerification.Finding])
    /// Nobody has decided which versions of calls count.
    case conflicts(Int)
    /// Its exports cannot be final before.
    case tooEarly(until: EventTime)
    /// Its turn is the night after.
    case closesWithNight(of: UsageDay)

    var text: String {
        switch self {
        case .notDone: "the night ended before it"
        case .failed(let step): "\(step) failed"
        case .incomplete(let failures):
            "not all was ingested: \(Counted.text(failures, "failure", "failures"))"
        case .notVerified: "it was not verified"
        case .notAsRecorded(let findings):
            "not as recorded: \(findings.map(\.text).joined(separator: ", "))"
        case .conflicts(let calls): "\(Counted.text(calls, "call", "calls")) in conflict"
        case .tooEarly(let time):
            "closes after \(time.day) \(time.description.dropFirst(11).prefix(5)) UTC"
        case .closesWithNight(let day): "closes with the night of \(day)"
        }
    }
}

extension NightlySummary {
    /// What keeps a day open; nil where it can be closed.
    func hold(of index: Int, _ plan: NightlyPlan, at now: EventTime) -> NightlyHold? {
        let entry = days[index]
        guard let ingest = ingest(of: entry) else {
            let failure = failures.first {
                $0.day == entry.day || $0.step == "ingest" && $0.day == nil
            }
            return failure.map { .failed(step: $0.step) } ?? .notDone
        }
        guard ingest.failures.isEmpty else {
            return .incomplete(failures: ingest.failures.count)
        }
        guard let verified else {
            return failures.contains { $0.step == "verify" } ? .failed(step: "verify") : .notDone
        }
        let verifications = verified.filter { $0.day == entry.day }
        guard !verifications.isEmpty else { return .notVerified }
        let findings = verifications.flatMap(\.findings)
        guard findings.isEmpty else { return .notAsRecorded(findings) }
        if let open = conflicts[entry.day], open > 0 { return .conflicts(open) }
        let earliest = LedgerDay.earliestClosing(of: entry.day)
        guard earliest <= now, entry.export?.window.isWhole ?? true else {
            return .tooEarly(until: earliest)
        }
        guard entry.day < plan.open else {
            return .closesWithNight(of: entry.day.advanced(by: 1))
        }
        let failure = failures.first { $0.step == "close" && $0.day == entry.day }
        return failure.map { .failed(step: $0.step) }
    }

    /// Notes why each day that is not closed is not.
    mutating func settle(_ plan: NightlyPlan, at now: EventTime) {
        for index in days.indices where days[index].closed == nil {
            days[index].hold = hold(of: index, plan, at: now) ?? .notDone
        }
    }
}
