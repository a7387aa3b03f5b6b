import BedrockMetering
import Foundation
import LakeTestSupport
import Synchronization
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// The jobs on a lake in S3 do what they do on a folder.
@Suite struct JobsInS3Tests {
    private let local: TestStore

    init() async throws {
        local = try await TestStore(.local)
    }

    private func ingest(
        _ source: String, of store: TestStore, by machine: String = "machine",
        as format: LakeFormat? = nil
    ) async throws -> IngestSummary {
        var job = IngestJob(
            source: store.location(source), lake: store.location("lake"), format: format, jobs: 2)
        job.stores = store.stores(ofMachine: machine)
        return try await job.run()
    }

    private func write(_ calls: [UsageCall], to name: String, of store: TestStore) async throws {
        try await store.write(calls.map(\.row).joined(), to: name)
    }

    private static func rebuild(
        _ day: UsageDay, of store: TestStore, force: Bool = false
    ) async throws -> RebuildJob.Outcome {
        var job = RebuildJob(day, of: store.location("lake"), force: force)
        job.stores = store.stores()
        return try await job.run()
    }

    private static func verified(_ store: TestStore) async throws -> [[DayVerification.Finding]] {
        var job = VerifyJob(of: store.location("lake"))
        job.stores = store.stores()
        return try await job.run().days.map(\.findings)
    }

    private static func status(_ store: TestStore) async throws -> LakeStatus {
        var job = StatusJob(of: store.location("lake"))
        job.stores = store.stores()
        return try await job.run()
    }

    private static func convert(
        _ store: TestStore, to format: LakeFormat
    ) async throws -> ConvertJob.Outcome {
        var job = ConvertJob(lake: store.location("lake"), to: format)
        job.stores = store.stores()
        return try await job.run()
    }

    @Test(arguments: TestStore.Kind.servers, LakeFormat.allCases)
    func `status, verify, close, rebuild and convert agree`(
        kind: TestStore.Kind, format: LakeFormat
    ) async throws {
        var logs = RandomLogs(seed: 101)
        let objects = logs.objects(of: logs.events(of: logs.calls(200)), count: 6)
        let store = try await TestStore(kind)
        let both = [local, store]
        for store in both {
            for (name, bytes) in objects { try await store.write(bytes, to: "source/\(name)") }
            _ = try await ingest("source", of: store, as: format)
        }
        let lake = try await local.contents("lake")
        #expect(try await store.contents("lake") == lake)

        var days: [[UsageDay]] = []
        for store in both {
            let status = try await Self.status(store)
            #expect(status.ledgerFailure == nil && status.failures.isEmpty)
            #expect(status.days.allSatisfy { $0.recorded?.isUnchanged == true })
            days.append(status.days.map(\.day))
            #expect(try await Self.verified(store).allSatisfy(\.isEmpty))
            for day in status.days.map(\.day) {
                var close = CloseJob(day, of: store.location("lake"), force: true)
                close.stores = store.stores()
                close.clock = LedgerClock { day.end }
                _ = try await close.run()
                let name = PartitionSpec.path(of: day) + "/" + DayFile.name(of: day, in: format)
                try await store.write("damaged", to: "lake/\(name)")
                let outcome = try await Self.rebuild(day, of: store)
                #expect(outcome.lost.isEmpty && outcome.rebuilt != nil && !outcome.isRestated)
            }
        }
        #expect(days[0] == days[1] && !days[0].isEmpty)
        #expect(try await store.contents("lake") == lake)

        let other: LakeFormat = format == .json ? .parquet : .json
        for store in both { _ = try await Self.convert(store, to: other) }
        let converted = try await local.contents("lake")
        #expect(converted != lake && converted.files.count == lake.files.count)
        #expect(try await store.contents("lake") == converted)
        #expect(try await Self.verified(store).allSatisfy(\.isEmpty))
    }

    @Test func `what the ledger does not know is told from the files`() async throws {
        let store = try await TestStore(.moto)
        try await write([UsageCall(time: 1), UsageCall(time: 2)], to: "a/a.json", of: store)
        _ = try await ingest("a", of: store, by: "other")

        let status = try await Self.status(store)

        #expect(status.ledgerFailure?.code == .notFound)
        #expect(status.days.map(\.totals?.requests) == [2])
    }

    @Test func `what another machine has put into a day is given up only if forced`() async throws {
        let store = try await TestStore(.moto)
        let day = UsageDay.on("2025-12-07")
        try await write([UsageCall(time: 1)], to: "a/a.json", of: store)
        try await write([UsageCall(time: 2)], to: "b/b.json", of: store)
        _ = try await ingest("a", of: store)
        _ = try await ingest("b", of: store, by: "other")
        let both = try await store.contents("lake")

        let kept = try await Self.rebuild(day, of: store)
        #expect(kept.rebuilt?.rows == 2 && kept.keptRows == 1 && kept.damage == nil)
        #expect(try await store.contents("lake") == both)

        let forced = try await Self.rebuild(day, of: store, force: true)
        #expect(forced.rebuilt?.rows == 1)
    }

    @Test(arguments: TestStore.Kind.servers, LakeFormat.allCases)
    func `a damaged file is kept, and what another machine had put there comes back from it`(
        kind: TestStore.Kind, format: LakeFormat
    ) async throws {
        let store = try await TestStore(kind)
        let day = UsageDay.on("2025-12-07")
        try await write([UsageCall(time: 1)], to: "a/a.json", of: store)
        try await write([UsageCall(time: 2)], to: "b/b.json", of: store)
        _ = try await ingest("a", of: store, as: format)
        _ = try await ingest("b", of: store, by: "other")
        let both = try await store.contents("lake")
        let name = try #require(both.files.keys.first)
        let damaged = try #require(both.files[name]?.dropLast(3))
        try await store.write(Array(damaged), to: "lake/\(name)")

        let outcome = try await Self.rebuild(day, of: store)

        #expect(outcome.rebuilt?.rows == 1 && outcome.lostUsage.isEmpty)
        #expect(outcome.damage?.location == store.location("lake/\(name)"))
        let copies = try await store.objects("lake/_damaged")
        #expect(copies.values.map { $0 } == [damaged])
        #expect(
            outcome.damagedCopy == copies.keys.first.map { store.location("lake/_damaged/\($0)") })
        #expect(try await Self.verified(store) == [[]])
        _ = try await ingest("b", of: store, by: "other")
        #expect(try await store.contents("lake") == both)
    }

    @Test func `a source that has changed or gone is lost`() async throws {
        let store = try await TestStore(.moto)
        let day = UsageDay.on("2025-12-07")
        for name in ["a", "b", "c"] {
            try await write([UsageCall(tenant: Array(name.utf8))], to: "a/\(name)", of: store)
        }
        _ = try await ingest("a", of: store)
        try await store.remove("a/b")
        try await write([UsageCall(time: 7)], to: "a/c", of: store)

        let outcome = try await Self.rebuild(day, of: store)

        #expect(
            outcome.lost.map(\.description) == [
                "\(store.location("a/b")): is gone",
                "\(store.location("a/c")): has changed since it was read",
            ])
    }

    @Test func `usage that comes in while a day is converted is converted too`() async throws {
        let store = try await TestStore(.moto)
        try await write([UsageCall(time: 1)], to: "a/a.json", of: store)
        try await write([UsageCall(time: 2)], to: "b/b.json", of: store)
        _ = try await ingest("a", of: store, as: .json)
        let isFirst = FirstTimes(1)
        let transport = WatchedTransport { request, send in
            if request.storesADay, isFirst.take() {
                _ = try await ingest("b", of: store, by: "other")
            }
            return try await send(request)
        }
        var job = ConvertJob(lake: store.location("lake"), to: .parquet)
        job.stores = store.stores(through: transport)

        let outcome = try await job.run()

        #expect(outcome.failures.isEmpty && outcome.days.map(\.rows) == [2])
        let ending = LakeContents.path(ofDay: "2025-12-07", ending: ".parquet")
        #expect(try await Array(store.contents("lake").files.keys) == [ending])
    }
}
