import Foundation
import TestSupport
import Testing

/// Runs that are killed at any moment.
@Suite(.serialized) struct InterruptionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let days = ["2025-12-06", "2025-12-07", "2025-12-08", "2025-12-09"]
    private static let linesPerObject = 2000

    /// Six objects with lines of all days; each has some lines of the one before.
    private func writeSource() throws {
        for object in 0..<6 {
            var text = ""
            for number in 0..<Self.linesPerObject {
                let time = (object * Self.linesPerObject * 4 / 5 + number) * 7_654_321
                text += UsageLine.text(
                    tenant: "tenant-\(number % 50)",
                    day: Self.days[number % 4],
                    microseconds: time % 86_400_000_000
                )
            }
            try folder.write(text, to: "source/\(object).json")
        }
    }

    /// What is in the lake before the runs: two days with a file each, and one that something else
    /// wrote, as the reference does.
    private func writeOldLake(at lake: String) throws {
        var text = ""
        for number in 0..<200 {
            text += UsageLine.text(
                tenant: "old",
                day: Self.days[number % 2],
                microseconds: number
            )
        }
        try folder.write(text, to: "old-source/a.json")
        let outcome = try Command.etl.run(arguments(source: "old-source", lake: lake))
        #expect(outcome.status == 0)
        try folder.write(
            UsageLine.text(tenant: "other") + UsageLine.text(tenant: "other", microseconds: 1),
            to: "\(lake)/year=2025/month=12/day=08/bedrock-usage-20251208.json"
        )
    }

    private func arguments(source: String = "source", lake: String) -> [String] {
        ["ingest", "--source", folder.path(source), "--lake", folder.path(lake)]
    }

    private func copy(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(atPath: folder.path(name), toPath: folder.path(other))
    }

    @Test func `a killed run leaves every file old or new, and the next one completes it`() throws {
        try writeSource()
        try writeOldLake(at: "old")
        let old = try folder.files("old")
        try copy("old", to: "new")
        let start = ContinuousClock.now
        #expect(try Command.etl.run(arguments(lake: "new")).status == 0)
        let duration = (ContinuousClock.now - start) / .milliseconds(1)
        let new = try folder.files("new")
        #expect(new.count == 4 && new != old)

        var moment: UInt64 = 20_251_207
        var killed = 0
        for attempt in 0..<20 {
            let lake = "lake-\(attempt)"
            try copy("old", to: lake)
            let process = Command.etl.process(arguments(lake: lake))
            moment = moment &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let part = Double(moment >> 33) / Double(UInt32.max >> 1)

            try process.run()
            usleep(UInt32(part * duration * 1000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { killed += 1 }

            for (name, bytes) in try folder.files(lake) {
                #expect(bytes == old[name] || bytes == new[name], "\(name)")
            }
            let next = try Command.etl.run(arguments(lake: lake))
            #expect(next.status == 0)
            #expect(try folder.files(lake) == new)
            try FileManager.default.removeItem(atPath: folder.path(lake))
        }
        #expect(killed > 0)
    }

    @Test func `runs killed one after another on one lake do not lose or double a row`() throws {
        try writeSource()
        try writeOldLake(at: "lake")
        try copy("lake", to: "new")
        #expect(try Command.etl.run(arguments(lake: "new")).status == 0)

        for attempt in 0..<6 {
            let process = Command.etl.process(arguments(lake: "lake"))
            try process.run()
            usleep(UInt32(attempt) * 60_000)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }

        #expect(try Command.etl.run(arguments(lake: "lake")).status == 0)
        #expect(try folder.files("lake") == folder.files("new"))
        let staging = folder.path("lake/_staging")
        #expect(try FileManager.default.contentsOfDirectory(atPath: staging).isEmpty)
    }
}
