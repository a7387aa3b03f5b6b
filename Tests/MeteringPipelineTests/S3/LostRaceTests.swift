import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import Synchronization
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// What becomes of a day file when something happens between its reading and its writing.
@Suite struct LostRaceTests {
    private let store: TestStore

    init() async throws {
        store = try await TestStore(.moto)
    }

    private func job(_ source: String, _ stores: Stores) -> IngestJob {
        var job = IngestJob(
            source: store.location(source), lake: store.location("lake"), format: .json, jobs: 2)
        job.stores = stores
        return job
    }

    private func write(_ calls: [UsageCall], to name: String) async throws {
        try await store.write(calls.map(\.row).joined(), to: name)
    }

    private static let old = (0..<3).map { UsageCall(time: $0) }
    private static let mine = (2..<8).map { UsageCall(time: $0) }
    private static let theirs = (5..<12).map { UsageCall(time: $0) }

    @Test(arguments: [true, false])
    func `a lost race is merged again, with counts as if the other had been first`(
        hasFile: Bool
    ) async throws {
        if hasFile {
            try await write(Self.old, to: "old/a.json")
            _ = try await job("old", store.stores(ofMachine: "other")).run()
        }
        try await write(Self.mine, to: "mine/a.json")
        try await write(Self.theirs, to: "theirs/a.json")
        let other = job("theirs", store.stores(ofMachine: "other"))
        let isFirst = FirstTimes(1)
        let transport = WatchedTransport { request, send in
            if request.storesADay, isFirst.take() { _ = try await other.run() }
            return try await send(request)
        }

        let summary = try await job("mine", store.stores(through: transport)).run()

        let calls = (hasFile ? Self.old : []) + Self.mine + Self.theirs
        #expect(try await store.contents("lake").texts() == ExpectedLake(calls).days)
        #expect(summary.records == (hasFile ? 2 : 3) && summary.isBalanced)
        #expect(summary.days.map(\.rows) == [ExpectedLake(calls).rows])
        let verify = try await verified()
        #expect(verify == [[]])
        // Whoever has lost what was recorded of the day has all read again, and nothing doubled.
        #expect(try await other.run().records == 0)
    }

    @Test(arguments: [1, 9])
    func `a call that a lost race brings in another version is a conflict`(theirs: Int) async throws
    {
        func version(_ input: Int) -> [UsageCall] {
            [UsageCall(input: input, output: 20 - 2 * input, request: Array("r".utf8))]
        }
        try await write(version(5), to: "mine/a.json")
        try await write(version(theirs), to: "theirs/a.json")
        let other = job("theirs", store.stores(ofMachine: "other"))
        let isFirst = FirstTimes(1)
        let transport = WatchedTransport { request, send in
            if request.storesADay, isFirst.take() { _ = try await other.run() }
            return try await send(request)
        }

        let summary = try await job("mine", store.stores(through: transport)).run()

        #expect(summary.duplicates.conflicts == 1)
        var conflicts = ConflictsJob(of: store.location("lake"))
        conflicts.stores = store.stores()
        #expect(try await conflicts.run().calls.map(\.request) == ["r"])
    }

    private func verified() async throws -> [[DayVerification.Finding]] {
        var verify = VerifyJob(of: store.location("lake"))
        verify.stores = store.stores()
        return try await verify.run().days.map(\.findings)
    }

    @Test func `a write whose reply was lost counts once`() async throws {
        try await write(Self.mine, to: "mine/a.json")
        let isFirst = FirstTimes(1)
        let transport = WatchedTransport { request, send in
            let response = try await send(request)
            if request.storesADay, isFirst.take() {
                throw TransportError.broken(reason: "the reply is lost")
            }
            return response
        }

        let summary = try await job("mine", store.stores(through: transport)).run()

        #expect(summary.records == Self.mine.count && summary.failures.isEmpty)
        #expect(try await store.contents("lake").texts() == ExpectedLake(Self.mine).days)
        #expect(try await verified() == [[]])
    }

    @Test func `a day that others never stop replacing ends the run, with what they wrote`()
        async throws
    {
        try await write(Self.mine, to: "mine/a.json")
        let number = Mutex(100)
        let others = store
        let transport = WatchedTransport { request, send in
            if request.storesADay {
                let time = number.withLock { number in
                    number += 1
                    return number
                }
                try await others.write(
                    GzipData.compressed(UsageCall(time: time).row.utf8),
                    to: "lake/" + LakeContents.path(ofDay: "2025-12-07"))
            }
            return try await send(request)
        }
        let job = job("mine", store.stores(through: transport))

        let error = await #expect(throws: PipelineError.self) { try await job.run() }

        #expect(error?.exitCode == 74)
        #expect(try await store.contents("lake").rows == 1)
    }

    @Test func `a store that ignores conditions is found out before a day is written`()
        async throws
    {
        try await write(Self.mine, to: "mine/a.json")
        let transport = WatchedTransport { request, send in
            var request = request
            request.headers["if-match"] = nil
            request.headers["if-none-match"] = nil
            return try await send(request)
        }
        let careful = job("mine", store.stores(through: transport))
        var job = careful

        let refused = await #expect(throws: PipelineError.self) { try await careful.run() }
        let before = try? await store.objects("lake")
        job.overwritesUnconditionally = true
        let summary = try await job.run()

        #expect(refused?.exitCode == 74)
        #expect(refused?.reason.contains("--unsafe-overwrite") == true)
        #expect(before == nil)
        #expect(summary.records == Self.mine.count)
    }

    @Test(arguments: [1, 100])
    func `an object that does not come as it was stored is read once more, or fails alone`(
        times: Int
    ) async throws {
        try await write(Self.mine, to: "many/a.json")
        try await write(Self.theirs, to: "many/b.json")
        let damaged = FirstTimes(times)
        let transport = WatchedTransport { request, send in
            let response = try await send(request)
            guard request.method == "GET", request.path.hasSuffix("/many/a.json"), damaged.take()
            else { return response }
            var bytes = try await response.bytes(upTo: 1 << 20)
            // A digit of a count, so that only a checksum can tell.
            let index = try #require(bytes.lastIndex(of: UInt8(ascii: "5")))
            bytes[index] = UInt8(ascii: "6")
            return HTTPResponse(
                status: response.status, headers: response.headers, body: HTTPBody(bytes))
        }

        let summary = try await job("many", store.stores(through: transport)).run()

        let calls = (times == 1 ? Self.mine : []) + Self.theirs
        #expect(try await store.contents("lake").texts() == ExpectedLake(calls).days)
        #expect(
            summary.failures.map(\.location)
                == (times == 1 ? [] : [store.location("many/a.json")]))
        #expect(summary.isBalanced)
    }

    @Test func `an object whose bytes keep breaking off says nothing against the way to S3`()
        async throws
    {
        try await write(Self.mine, to: "mine/a.json")
        let transport = WatchedTransport { request, send in
            let response = try await send(request)
            guard request.method == "GET", request.path.hasSuffix("/mine/a.json") else {
                return response
            }
            return HTTPResponse(
                status: response.status, headers: response.headers,
                body: HTTPBody { throw TransportError.broken(reason: "reset") })
        }
        let stores = store.stores(through: transport)
        let object = try #require(
            try await stores.objects(at: ObjectLocation(store.location("mine"))).first)

        let error = await #expect(throws: PipelineError.self) {
            let body = try await stores.open(object)
            while try await body.next({ _ in }) {}
        }

        #expect(error?.reason.contains("IncompleteResponse") == true)
        #expect(error?.isAccessFailure == false)
    }

    @Test func `objects are asked for before it is their turn`() async throws {
        for number in 0..<16 {
            try await write([UsageCall(time: number)], to: "many/\(number).json")
        }
        let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
        let transport = WatchedTransport { request, send in
            if request.method == "GET", request.path.contains("/many/") {
                // Nobody is answered before eight have asked.
                await withCheckedContinuation { continuation in
                    let ready = waiting.withLock { waiting in
                        waiting.append(continuation)
                        let ready = waiting.count == 8 ? waiting : []
                        if !ready.isEmpty { waiting = [] }
                        return ready
                    }
                    for one in ready { one.resume() }
                }
            }
            return try await send(request)
        }
        var job = job("many", store.stores(through: transport))
        job.jobs = 1

        #expect(try await job.run().records == 16)
    }
}
