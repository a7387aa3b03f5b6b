import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import Logging
import Synchronization
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Nights that fail anywhere, that never run, and that lose their ledger, and then good ones.
@Suite struct NightlyFaultTests {
    private enum Fault: CaseIterable {
        case none
        /// CloudWatch Logs refuses all exports, or each.
        case denied, invalid
        /// S3 refuses everything after some requests.
        case forbidden
        /// Another run holds the lake.
        case held
        case ledgerLost

        /// What CreateExportTask is refused with.
        var refusal: String? {
            switch self {
            case .denied: "AccessDeniedException"
            case .invalid: "InvalidParameterException"
            default: nil
            }
        }
    }

    private final class Refusal: Sendable {
        let code = Mutex<String?>(nil)
    }

    /// An account whose log group has one call of each day.
    private final class Account: Sendable {
        private let folder: TemporaryFolder
        private let moto: MotoServer
        private let bucket: String
        private let lake: String
        private let logs: StubService
        private let refusal = Refusal()

        init(hasLocalLake: Bool) throws {
            folder = try TemporaryFolder()
            moto = try MotoServer.shared
            bucket = try moto.makeBucket()
            lake = hasLocalLake ? folder.path("lake") : "s3://\(bucket)/lake"
            let exports = ExportStub(course: ["RUNNING", "COMPLETED"])
            let (refusal, port, bucket) = (refusal, moto.port, bucket)
            logs = try StubService { call, before in
                guard call.operation == "CreateExportTask" else {
                    return exports.answer(call, before)
                }
                if let code = refusal.code.withLock({ $0 }) { return .error(code) }
                let prefix = call.value("destinationPrefix") ?? ""
                let object = "\(bucket)/\(prefix)/stream/\(before).json"
                _ = try? LoopbackRequest(
                    "PUT", "/\(object)", port: port,
                    body: UsageCall(day: String(prefix.suffix(10))).row
                ).status()
                return exports.answer(call, before)
            }
        }

        private func stores(allowing requests: Int = .max) -> Stores {
            var environment = moto.environment
            let allowed = FirstTimes(requests)
            environment.transport = WatchedTransport { request, send in
                allowed.take() ? try await send(request) : HTTPResponse(status: 403)
            }
            return Stores(remote: S3Store(environment), stateHome: folder.path("state"))
        }

        private func place() throws -> Lake {
            Lake(at: try ObjectLocation(lake), stores: stores())
        }

        func removeLedger() throws {
            try FileManager.default.removeItem(atPath: place().ledgerFile)
        }

        func days() async throws -> [UsageDay: LakeStatus.Day] {
            var job = StatusJob(of: lake)
            job.stores = stores()
            let days = try await job.run().days
            return Dictionary(uniqueKeysWithValues: days.map { ($0.day, $0) })
        }

        /// - Parameter requests: how many S3 answers where it refuses the others.
        func night(
            _ span: NightlyJob.Span = .night(nil), after day: UsageDay, _ fault: Fault = .none,
            requests: Int = 0
        ) async throws -> NightlySummary {
            var job = NightlyJob(
                span,
                from: .exports(
                    logGroup: "g", to: try ExportDestination("s3://\(bucket)/exports")),
                into: lake, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let now = EventTime.hours(13, after: day)
            job.clock = LedgerClock { now }
            job.pause = { _ in }
            job.environment = logs.environment
            job.stores = stores(allowing: fault == .forbidden ? requests : .max)
            refusal.code.withLock { $0 = fault.refusal }
            let lock = fault == .held ? try LakeLock(on: place()) : nil
            let summary = try await job.run()
            _ = consume lock
            return summary
        }
    }

    @Test(arguments: Fuzzing.seeds(2))
    func `every day since the first ends in the lake and closed, or is named`(seed: UInt64)
        async throws
    {
        var random = SeededGenerator(seed: seed)
        let account = try Account(hasLocalLake: seed.isMultiple(of: 2))
        let first = UsageDay.on("2025-11-01")
        var day = first
        // Closed by a ledger that is gone.
        var forgotten: Set<UsageDay> = []
        _ = try await account.night(after: day)
        for _ in 0..<8 {
            day = day.advanced(by: random.pick([1, 1, 1, 2, 4, 15]))
            let fault = random.pick(Fault.allCases)
            let requests = Int.random(in: 0..<40, using: &random)
            let night = try await account.night(after: day, fault, requests: requests)
            // It alone knows of days that are out of reach.
            if fault == .ledgerLost, night.outOfReach.isEmpty {
                for known in try await account.days().values where known.state == "closed" {
                    forgotten.insert(known.day)
                }
                try account.removeLedger()
            }
        }
        var last = try await account.night(after: day)
        for _ in 0..<2 {
            day = day.advanced(by: 1)
            last = try await account.night(after: day)
        }
        #expect(last.failures.isEmpty && last.isClean == last.outOfReach.isEmpty)

        let before = try #require(UsagePeriod(from: first, to: day.advanced(by: -1))).days
        let known = try await account.days()
        let open = before.filter { known[$0]?.state != "closed" && !forgotten.contains($0) }
        #expect(Set(open).isSubset(of: last.outOfReach))
        if let from = last.outOfReach.first, let to = last.outOfReach.last {
            let period = try #require(UsagePeriod(from: from, to: to))
            #expect(try await account.night(.backfill(period), after: day).isClean)
            last = try await account.night(after: day)
        }
        #expect(last.isClean)
        let days = try await account.days()
        for one in before + [day] { #expect(days[one]?.totals?.requests == 1, "\(one)") }
        for one in before where days[one]?.state != "closed" {
            #expect(forgotten.contains(one), "\(one)")
        }
    }
}
