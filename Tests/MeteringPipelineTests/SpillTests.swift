import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Runs that hold fewer records than they read.
@Suite struct SpillTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func job(into lake: String, _ format: LakeFormat, memory: Int?) -> IngestJob {
        var job = IngestJob(
            source: folder.path("source"), lake: folder.path(lake), format: format, jobs: 2
        )
        job.memory = memory
        return job
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>, LakeFormat.allCases)
    func `what is set aside changes neither the lake nor the counts`(
        seed: UInt64, format: LakeFormat
    ) async throws {
        var logs = RandomLogs(seed: seed)
        for (name, bytes) in logs.objects(of: logs.events(of: logs.calls(400)), count: 12) {
            try folder.write(bytes, to: "source/\(name)")
        }

        let whole = try await job(into: "whole", format, memory: nil).run()
        let parts = try await job(into: "parts", format, memory: 1).run()
        let again = try await job(into: "parts", format, memory: 1).run()

        #expect(whole.duplicates.conflicts > 0 && whole.days.count > 1)
        #expect(try LakeContents(folder.path("parts")) == LakeContents(folder.path("whole")))
        #expect(parts.json() == whole.json())
        #expect(again.skipped > 0 && again.records == 0)
        let staging = folder.path("parts/_staging")
        #expect(try FileManager.default.contentsOfDirectory(atPath: staging).isEmpty)
    }

    @Test(arguments: Fuzzing.seeds(6), LakeFormat.allCases)
    func `a budget of any size gives the same bytes, whatever runs came before`(
        seed: UInt64, format: LakeFormat
    ) async throws {
        var logs = RandomLogs(seed: seed)
        let objects = logs.objects(of: logs.events(of: logs.calls(600)), count: 16)
        for (number, runs) in [1, 2 + logs.number(below: 3)].enumerated() {
            let lake = number == 0 ? "whole" : "parts"
            for (run, objects) in logs.deal(logs.shuffle(objects), to: runs).enumerated() {
                for (name, bytes) in objects {
                    try folder.write(bytes, to: "\(lake)-\(run)/\(name)")
                }
                guard !objects.isEmpty else { continue }
                var job = job(into: lake, format, memory: nil)
                job.source = folder.path("\(lake)-\(run)")
                if number == 1 { job.memory = 1 << logs.number(below: 22) }
                _ = try await job.run()
            }
        }

        #expect(try LakeContents(folder.path("parts")) == LakeContents(folder.path("whole")))
    }

    @Test func `a call that had more than one version each time is one conflict`() async throws {
        let call = UsageCall(day: "2025-12-07", time: 1, tenant: Array("t".utf8))
        for (object, outputs) in [[1, 2], [3, 4], [5]].enumerated() {
            var rows = outputs.map { output in
                var row = call
                row.request = Array("r".utf8)
                row.output = output
                row.input = 20 - 2 * output
                return row
            }
            // More records of other days than any day has lines.
            for day in 10..<30 {
                rows.append(UsageCall(day: "2025-12-\(day)", time: object, tenant: call.tenant))
            }
            try folder.write(rows.map(\.row).joined(), to: "source/\(object).json")
        }

        let whole = try await job(into: "whole", .json, memory: nil).run()
        let parts = try await job(into: "parts", .json, memory: 1).run()

        #expect(whole.duplicates.conflicts == 1 && parts.duplicates == whole.duplicates)
        #expect(try LakeContents(folder.path("parts")) == LakeContents(folder.path("whole")))
    }
}
