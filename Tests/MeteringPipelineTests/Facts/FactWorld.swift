import BedrockMetering
import Foundation
import LakeTestSupport
import Logging
import TestSupport

@testable import MeteringLake
@testable import MeteringPipeline

/// A lake on a store, and machines that each have a ledger of their own.
struct FactWorld {
    let store: TestStore
    let day = UsageDay.on("2025-12-07")

    init(_ kind: TestStore.Kind) async throws {
        store = try await TestStore(kind)
    }

    var lake: String { store.location("lake") }

    /// The ledger of a machine; on a folder, several share one lake.
    func ledger(_ machine: String) -> String? {
        store.kind == .local ? store.folder.path("\(machine).sqlite") : nil
    }

    private func ledgerFile(_ machine: String) throws -> String {
        try ledger(machine)
            ?? Lake(at: ObjectLocation(lake), stores: store.stores(ofMachine: machine)).ledgerFile
    }

    func dropLedger(of machine: String) throws {
        try FileManager.default.removeItem(atPath: ledgerFile(machine))
    }

    func write(_ calls: [UsageCall], to name: String) async throws {
        try await store.write(calls.map(\.row).joined(), to: name)
    }

    @discardableResult
    func ingest(
        _ source: String, by machine: String, through stores: Stores? = nil
    ) async throws -> IngestSummary {
        var job = IngestJob(
            source: store.location(source), lake: lake, ledger: ledger(machine), jobs: 2)
        job.stores = stores ?? store.stores(ofMachine: machine)
        return try await job.run()
    }

    @discardableResult
    func close(_ day: UsageDay? = nil, by machine: String, empty: Bool = false) async throws
        -> ClosedDay
    {
        var job = CloseJob(day ?? self.day, of: lake, ledger: ledger(machine))
        job.stores = store.stores(ofMachine: machine)
        job.closesEmpty = empty
        return try await job.run()
    }

    /// The night of the day, over a place that something else fills.
    func night(_ machine: String, over source: String) async throws -> NightlySummary {
        var job = NightlyJob(
            .night(day), from: .source(store.location(source)), into: lake,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        job.ledger = ledger(machine)
        job.stores = store.stores(ofMachine: machine)
        let now = EventTime.hours(13, after: day.advanced(by: 1))
        job.clock = LedgerClock { now }
        return try await job.run()
    }

    func status(_ machine: String) async throws -> LakeStatus {
        var job = StatusJob(of: lake, ledger: ledger(machine))
        job.stores = store.stores(ofMachine: machine)
        return try await job.run()
    }

    func verify(_ machine: String) async throws -> LakeVerification {
        var job = VerifyJob(of: lake, ledger: ledger(machine))
        job.stores = store.stores(ofMachine: machine)
        return try await job.run()
    }

    func report(_ machine: String) async throws -> ReportJob.Outcome {
        var job = ReportJob(UsageQuery(per: .day, during: .day(day)), from: .lake(lake))
        job.stores = store.stores(ofMachine: machine)
        return try await job.run()
    }

    /// The facts as they lie in the lake.
    func facts() async throws -> [StoredFact] {
        let facts = LakeFacts(of: Lake(at: try ObjectLocation(lake), stores: store.stores()))
        return try await facts.read(facts.list())
    }

    func kinds() async throws -> [String?] { try await facts().map { $0.fact?.content.kind } }

    /// What a machine says of how final the days are.
    func finalities(_ machine: String) async throws -> [DayFinality] {
        try await status(machine).days.map(\.finality)
    }
}
