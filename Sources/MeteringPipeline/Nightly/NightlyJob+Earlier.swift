internal import AWSServices
internal import BedrockMetering
internal import MeteringLake

/// Days of a log group from before the first night of a lake.
enum EarlierDays: Sendable, Hashable {
    /// Days that the log group may have and the lake does not, in their order, and the command that makes
    /// them up.
    case missing([UsageDay], command: String)
    case unknown(reason: String)
}

extension NightlyJob {
    /// What the log group has from before `first` that the lake lacks, as far as that can be told without
    /// reading it: since it was made, or as far back as its events are kept.
    func earlierDays(
        than first: UsageDay, of group: String, in lake: Lake, at now: EventTime
    ) async -> EarlierDays? {
        do {
            let found = try await AWSFailure.translating(
                at: "log group \(group)", in: environment
            ) { try await LogsClient($0).logGroup(group) }
            guard let created = found?.createdMilliseconds else {
                return .unknown(reason: "CloudWatch Logs does not say since when it is there")
            }
            // Events may be up to fourteen days older than their log group.
            var earliest = EventTime(microseconds: created * 1000).day
                .advanced(by: -NightlyPlan.reach)
            if let days = found?.retentionDays {
                earliest = max(earliest, now.day.advanced(by: -days))
            }
            guard earliest < first,
                let period = UsagePeriod(from: earliest, to: first.advanced(by: -1))
            else { return nil }
            let present = Set(
                try await lake.partitions(in: period).filter { !$0.isEmpty }.map(\.day))
            let missing = period.days.filter { !present.contains($0) }
            guard let from = missing.first, let to = missing.last else { return nil }
            return .missing(missing, command: commands.backfill(from, to))
        } catch {
            return .unknown(reason: (error as? PipelineError)?.reason ?? "\(error)")
        }
    }
}
