package import BedrockMetering
package import MeteringLake

// Short forms of what tests put into a ledger.

extension UsageDay {
    /// A day that the test itself spells out.
    package static func on(_ text: String) -> UsageDay {
        guard let day = UsageDay(text) else { fatalError("no day: \(text)") }
        return day
    }
}

extension EventTime {
    /// Hours after the end of a day.
    package static func hours(_ hours: Int64, after day: UsageDay) -> EventTime {
        EventTime(microseconds: day.end.microseconds + hours * 3_600_000_000)
    }
}

extension Checksum {
    /// A checksum that stands for a state of a file.
    package static func state(_ number: Int) -> Checksum {
        Checksum(of: Array("state \(number)".utf8))
    }
}

extension UsageTotals {
    package static func calls(_ requests: Int, of input: Int64 = 10, _ output: Int64 = 5)
        -> UsageTotals
    {
        var totals = UsageTotals()
        for _ in 0..<requests {
            totals.add(TokenCounts(input: input, output: output, total: input + output))
        }
        return totals
    }
}

extension ObjectVersion {
    package static func number(_ number: Int64) -> ObjectVersion {
        ObjectVersion(size: 100, modifiedNanoseconds: number, tag: "1:2")
    }
}

extension ObjectReading {
    /// An object that was read to its end.
    package static func read(
        _ location: String, version: Int64 = 1, _ usage: [UsageDay: Int] = [:],
        rejects: [Reject] = []
    ) -> ObjectReading {
        var counts = EventCounts()
        counts.usage = usage.values.reduce(0, +)
        counts.rejected = rejects.count
        return ObjectReading(
            location: location, version: .number(version),
            result: .read(
                Contents(
                    counts: counts, usageByDay: usage, rejects: RejectRows(rejects)))
        )
    }

    package static func failed(_ location: String, version: Int64?) -> ObjectReading {
        ObjectReading(
            location: location, version: version.map { .number($0) },
            result: .failed(reason: "the gzip data is cut short")
        )
    }
}

extension ObjectReading.Reject {
    package static func line(
        _ line: Int, bytes: String = "{", day: UsageDay? = nil,
        reason: RejectionReason = .malformedJSON
    ) -> Self {
        let rejected = RejectedLine(
            number: line, byteOffset: 100 * line, reason: reason, time: day?.start,
            bytes: Array(bytes.utf8)
        )
        return Self(rejected)
    }
}

extension DayContents {
    /// A day's file in the given state, with 15 tokens a call.
    package static func state(
        _ state: Int, of day: UsageDay, _ calls: [TenantID: Int], after previous: Int? = nil,
        file: String = "day.parquet"
    ) -> DayContents {
        DayContents(
            day: day, file: file, checksum: .state(state), fileSize: 1000,
            sums: .of(calls), previous: previous.map { .state($0) }
        )
    }
}

extension [TenantModel: UsageTotals] {
    /// Calls of tenants with the model `m`.
    package static func of(_ calls: [TenantID: Int]) -> Self {
        Dictionary(
            uniqueKeysWithValues: calls.map { (TenantModel($0, "m"), UsageTotals.calls($1)) })
    }
}

extension Ledger {
    /// A whole run.
    package func run(
        _ kind: LedgerRun.Kind = .ingest, _ objects: [ObjectReading] = [],
        days: [DayContents] = [], replayed: [LedgerReject.ID] = [], now: EventTime
    ) throws {
        let run = try beginRun(kind, now: now)
        let result = RunResult(objects: objects, days: days, replayed: replayed)
        try finish(run, with: result, now: now)
    }

    /// Whether the version that tests number so is known.
    package func knows(_ location: String, version: Int64 = 1) throws -> Bool {
        try knows(location, version: .number(version))
    }

    package func knows(_ location: String, version: ObjectVersion) throws -> Bool {
        try areKnown([(location, version)]) == [true]
    }
}
