import BedrockMetering
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MeteringGateway

/// What a spool keeps, whatever ends the process.
@Suite struct SpoolTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func spool(
        _ name: String = "spool", limit: Int = 1 << 20, fileSize: Int = 1 << 20
    ) async throws -> Spool {
        var settings = Spool.Settings(path: folder.path(name))
        settings.limit = limit
        settings.fileSize = fileSize
        return try await Spool(settings, sinks: [])
    }

    static func event(_ call: CallIntent, output: Int64 = 5) -> UsageEvent {
        let line = BedrockMetering.UsageLine(
            UsageRecord(
                time: call.time, tenant: call.tenant, user: call.user, model: call.model,
                tokens: TokenCounts(input: 3, output: output, total: 3 + output),
                request: RequestID("r-\(call.callID)")),
            region: "us-east-1", callID: call.callID)
        guard let line else { preconditionFailure("no line") }
        return UsageEvent(line)
    }

    /// What an ingest of the folder comes to.
    private func decoded(_ name: String = "spool") throws -> (
        records: [UsageRecord], unknown: [String]
    ) {
        var records: [UsageRecord] = []
        var unknown: [String] = []
        let path = folder.path(name)
        for file in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)"))
            let object = try UsageRecordDecoder().decode(bytes)
            #expect(object.rejected.isEmpty, "\(file)")
            if !file.hasPrefix("usage-") { #expect(object.records.isEmpty) }
            records += object.records
            for line in bytes.split(separator: 0x0a)
            where String(decoding: line, as: UTF8.self).contains(#""bedrock_call_unknown""#) {
                unknown.append(UsageEvent.callID(in: line) ?? "")
            }
        }
        return (records, unknown)
    }

    /// A copy of the folder as it is now, as a crash would leave it.
    private func crash(_ name: String) throws -> String {
        try FileManager.default.copyItem(
            atPath: folder.path("spool"), toPath: folder.path(name))
        return name
    }

    private func append(_ text: String, toLast prefix: String, in name: String) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(name)).sorted()
        let file = try #require(files.last { $0.hasPrefix(prefix) })
        let handle = try #require(FileHandle(forWritingAtPath: folder.path("\(name)/\(file)")))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    @Test func `lines are read by an ingest, and intents are foreign to it`() async throws {
        let spool = try await spool()
        let names = ["acme", "\u{ac00}", #"a","call_id":"x"#, "a\nb\u{0}"]
        let calls = names.map { CallIntent.test("id-\($0.utf8.count)", TenantID($0)) }
        for call in calls { try await spool.begin(call) }
        for call in calls { try await spool.record(Self.event(call), of: call) }
        await spool.stop()

        let found = try decoded()
        #expect(found.records.map(\.tenant.rawValue) == names)
        #expect(found.unknown.isEmpty)
        let next = try await self.spool(try crash("next"))
        #expect(next.interruptedCalls.isEmpty)
    }

    @Test func `calls that were open are named once, in order, and those that were not are not`()
        async throws
    {
        let spool = try await spool()
        let calls = (0..<5).map { index in
            CallIntent.test("c\(index)", at: "2025-12-07T12:00:0\(9 - index)Z")
        }
        for call in calls { try await spool.begin(call) }
        try await spool.record(Self.event(calls[0]), of: calls[0])
        await spool.cancel(calls[1])
        let unknown = calls[2].unknownLine(.timeout, request: "r")
        try await spool.record(UsageEvent(unknown), of: calls[2])

        let name = try crash("next")
        do {
            let next = try await self.spool(name)
            #expect(next.interruptedCalls == [calls[4], calls[3]])
            #expect(try decoded(name).unknown == ["c2", "c4", "c3"])
            #expect(try decoded(name).records.count == 1)
            await next.stop()
        }
        let third = try await self.spool(name)
        #expect(third.interruptedCalls.isEmpty)
        #expect(try decoded(name).unknown.count == 3)
    }

    @Test(arguments: [
        "{", #"{"timestamp":"2025-12-07T01:2"#, "\u{0}\u{0}\u{0}", "\u{0}\u{0}\n{}\n", "{}}x\n",
        "{\u{0}}\n", "\n\n{}\n",
    ])
    func `a torn tail is cut before anything else`(tail: String) async throws {
        let spool = try await spool()
        let calls = [CallIntent.test("a"), .test("b")]
        for call in calls { try await spool.begin(call) }
        try await spool.record(Self.event(calls[0]), of: calls[0])
        let name = try crash("next")
        try append(tail, toLast: "usage-", in: name)
        try append(tail, toLast: "intents-", in: name)

        let next = try await self.spool(name)

        #expect(next.interruptedCalls == [calls[1]])
        let found = try decoded(name)
        #expect(found.records.count == 1)
        #expect(found.unknown == ["b"])
    }

    @Test func `whole lines are told from torn ones at every byte`() {
        let lines = Array("{\"a\":1}\n{\"b\":2}\n".utf8)
        for size in 0...lines.count {
            let expected = size < 8 ? 0 : size < 16 ? 8 : 16
            #expect(SpoolRecovery.wholeSize(Array(lines.prefix(size))) == expected)
        }
    }

    @Test(arguments: Fuzzing.seeds(8))
    func `whenever the process ends, each call has its line or is named`(seed: UInt64) async throws
    {
        var random = SeededGenerator(seed: seed)
        let spool = try await spool(fileSize: random.pick([600, 3000, 1 << 20]))
        let told = Told()
        let plan = (0..<40).map { index in
            (id: "c\(index)", fate: random.pick([0, 0, 0, 1, 2]), pause: random.pick([0, 1, 4]))
        }
        let work = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (id, fate, pause) in plan {
                    group.addTask {
                        let call = CallIntent.test(id)
                        try await Task.sleep(for: .milliseconds(pause))
                        try await spool.begin(call)
                        told.calls.withLock { _ = $0.begun.insert(id) }
                        try await Task.sleep(for: .milliseconds(pause))
                        switch fate {
                        case 0:
                            try await spool.record(Self.event(call), of: call)
                            told.calls.withLock { _ = $0.recorded.insert(id) }
                        case 1: await spool.cancel(call)
                        default: break
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        for number in 0..<4 {
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...4, using: &random)))
            let before = told.calls.withLock(\.self)
            let name: String
            // Files that are taken away meanwhile make the copy no state of the folder.
            do { name = try crash("crash-\(number)") } catch { continue }

            let next = try await self.spool(name)

            let found = try decoded(name)
            let lines = Set(
                found.records.compactMap { $0.request?.rawValue.dropFirst(2) }.map(String.init))
            let unknown = Set(found.unknown)
            #expect(before.recorded.isSubset(of: lines))
            #expect(lines.isDisjoint(with: unknown))
            let cancelled = Set(plan.filter { $0.fate == 1 }.map(\.id))
            #expect(before.begun.subtracting(cancelled).isSubset(of: lines.union(unknown)))
            #expect(found.records.count == lines.count)
            #expect(Set(next.interruptedCalls.map(\.callID)) == unknown)
        }
        try await work.value
        await spool.stop()
        let last = try await self.spool(try crash("last"))
        #expect(
            Set(last.interruptedCalls.map(\.callID))
                == Set(plan.filter { $0.fate == 2 }.map(\.id)))
    }

    @Test func `a full spool takes no more calls, and the lines of those that run`() async throws {
        let spool = try await spool(limit: 16 << 10)
        var running: [CallIntent] = []
        let error = await #expect(throws: UsageError.self) {
            for index in 0..<100 {
                let call = CallIntent.test("c\(index)")
                try await spool.begin(call)
                running.append(call)
            }
        }
        #expect(error?.description.contains("is full") == true)
        #expect((2...8).contains(running.count))

        for call in running { try await spool.record(Self.event(call), of: call) }

        #expect(try decoded().records.count == running.count)
        #expect(spool.bytes < 16 << 10)
    }

    @Test func `files of intents go when their calls are over`() async throws {
        let spool = try await spool(fileSize: 500)
        for index in 0..<50 {
            let call = CallIntent.test("c\(index)")
            try await spool.begin(call)
            try await spool.record(Self.event(call), of: call)
        }

        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("spool"))
        #expect(files.count { $0.hasPrefix("intents-") } <= 2)
        #expect(files.count { $0.hasPrefix("usage-") } > 10)
        #expect(try decoded().records.count == 50)
    }

    @Test func `a call without a line stays so although later files of intents go`() async throws {
        let spool = try await spool(fileSize: 300)
        let open = CallIntent.test("open")
        try await spool.begin(open)
        let cancelled = CallIntent.test("cancelled")
        try await spool.begin(cancelled)
        await spool.cancel(cancelled)
        for index in 0..<10 {
            let call = CallIntent.test("c\(index)")
            try await spool.begin(call)
            try await spool.record(Self.event(call), of: call)
        }

        let next = try await self.spool(try crash("next"))

        #expect(next.interruptedCalls == [open])
    }

    @Test func `one process at a time has a spool`() async throws {
        let first = try await spool()
        let error = await #expect(throws: UsageError.self) { _ = try await spool() }
        #expect(error?.description.contains("another gateway") == true)
        await first.stop()
    }

    @Test func `a folder that cannot be written to is told`() async throws {
        try folder.write("x", to: "file")
        await #expect(throws: UsageError.self) { _ = try await spool("file/spool") }
    }

    @Test func `a file of intents that something else has written to is not guessed at`()
        async throws
    {
        let spool = try await spool()
        try await spool.begin(.test("a"))
        let name = try crash("next")
        try append("{\"tenant_id\":\"acme\"}\n", toLast: "intents-", in: name)

        await #expect(throws: UsageError.self) { _ = try await self.spool(name) }
    }
}

/// What calls were told by a spool.
private final class Told: Sendable {
    let calls = Mutex<(begun: Set<String>, recorded: Set<String>)>(([], []))
}
