import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport

@testable import MeteringLake
@testable import MeteringPipeline

/// A lake with calls in conflict, on disk or in S3, and machines that work on it.
struct ConflictWorld {
    let store: TestStore
    var format = LakeFormat.json
    static let day = UsageDay.on("2025-12-07")
    /// When the day may be closed.
    private let now = LedgerClock { UsageDay.on("2025-12-09").start }

    init(_ kind: TestStore.Kind = .local, format: LakeFormat = .json) async throws {
        store = try await TestStore(kind)
        self.format = format
    }

    var lake: String { store.location("lake") }

    /// A version of a call, of so many input tokens and no others.
    static func version(
        _ input: Int, output: Int = 0, request: String = "r", tenant: String = "acme", time: Int = 1
    ) -> UsageCall {
        UsageCall(
            time: time, tenant: Array(tenant.utf8), input: input, output: output,
            total: input + output, request: Array(request.utf8))
    }

    // MARK: Jobs

    @discardableResult
    func ingest(
        _ calls: [UsageCall], as name: String, on machine: String = "machine", rereads: Bool = false
    ) async throws -> IngestSummary {
        try await store.write(calls.map(\.row).joined(), to: "source-\(name)/\(name).json")
        return try await ingest(name, on: machine, rereads: rereads)
    }

    @discardableResult
    func ingest(
        _ name: String, on machine: String = "machine", rereads: Bool = false
    ) async throws -> IngestSummary {
        var job = IngestJob(
            source: store.location("source-\(name)"), lake: lake, format: format,
            ledger: ledger(of: machine), jobs: 2)
        job.rereads = rereads
        job.stores = store.stores(ofMachine: machine)
        job.clock = now
        return try await job.run()
    }

    /// Each machine has a ledger of its own, also where they share a folder.
    func ledger(of machine: String) -> String? {
        store.kind == .local ? store.folder.path("\(machine).sqlite") : nil
    }

    func conflicts(on machine: String = "machine") async throws -> ConflictList {
        var job = ConflictsJob(of: lake)
        job.stores = store.stores(ofMachine: machine)
        return try await job.run()
    }

    func decision(
        _ choice: DecideJob.Choice, request: String = "r", tenant: String = "acme",
        on machine: String = "machine"
    ) -> DecideJob {
        var job = DecideJob(
            .call(Self.day, TenantID(tenant), RequestID(request)), keeping: choice, of: lake,
            ledger: ledger(of: machine))
        job.stores = store.stores(ofMachine: machine)
        job.clock = now
        return job
    }

    @discardableResult
    func decide(
        _ choice: DecideJob.Choice, request: String = "r", on machine: String = "machine"
    ) async throws -> DecideJob.Outcome {
        try await decision(choice, request: request, on: machine).run()
    }

    @discardableResult
    func close(force: Bool = false, on machine: String = "machine") async throws -> ClosedDay {
        var job = CloseJob(Self.day, of: lake, ledger: ledger(of: machine), force: force)
        job.stores = store.stores(ofMachine: machine)
        job.clock = now
        return try await job.run()
    }

    func rebuild(force: Bool = false, on machine: String = "machine") async throws
        -> RebuildJob.Outcome
    {
        var job = RebuildJob(Self.day, of: lake, ledger: ledger(of: machine), force: force)
        job.stores = store.stores(ofMachine: machine)
        job.clock = now
        return try await job.run()
    }

    /// The input tokens of the day's rows, in the order of its file.
    func inputs() async throws -> [Int64] {
        let lake = Lake(at: try ObjectLocation(lake), stores: store.stores())
        guard let file = try await lake.partition(of: Self.day).soundFile() else { return [] }
        let copy = try await lake.copy(of: file, in: .temporary)
        var merge = UsageMerger().snapshot().merge([], into: Self.day)
        var rows = try copy.reader()
        var inputs: [Int64] = []
        var isComplete = false
        while !isComplete {
            isComplete = try !rows.readMore(into: &merge)
            while let columns = merge.nextColumns(isComplete: isComplete) {
                inputs += columns.inputTokens
            }
        }
        return inputs
    }
}
