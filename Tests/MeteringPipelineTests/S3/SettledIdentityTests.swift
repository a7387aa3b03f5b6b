import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// What a lake settles when it is made, and whom it refuses from then on.
@Suite struct SettledIdentityTests {
    private static func ingest(
        into store: TestStore, by machine: String, as identity: UsageIdentity?,
        through transport: (any HTTPTransport)? = nil
    ) async throws -> IngestSummary {
        var job = IngestJob(source: store.location("source"), lake: store.location("lake"))
        job.identity = identity
        job.stores = store.stores(ofMachine: machine, through: transport)
        return try await job.run()
    }

    private static func settings(_ store: TestStore) async throws -> String? {
        try await store.objects("lake")["_settings"].map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: TestStore.Kind.allCases, [nil, UsageIdentity.request, .record])
    func `a lake that is made keeps what tells its calls apart`(
        kind: TestStore.Kind, identity: UsageIdentity?
    ) async throws {
        let store = try await TestStore(kind)
        try await store.write(UsageCall(time: 1).row, to: "source/a.json")

        _ = try await Self.ingest(into: store, by: "first", as: identity)

        let settled = identity ?? .request
        let text = "{\"version\": 1, \"identity\": \"\(settled.rawValue)\"}\n"
        #expect(try await Self.settings(store) == text)
        let other: UsageIdentity = settled == .record ? .request : .record
        let error = await #expect(throws: PipelineError.self) {
            try await Self.ingest(into: store, by: "second", as: other)
        }
        #expect(error?.exitCode == 64)
        #expect(try await Self.ingest(into: store, by: "second", as: nil).isClean)
        #expect(try await Self.settings(store) == text)
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `a lake of an older version has none, and stays as it is`(
        kind: TestStore.Kind
    ) async throws {
        let store = try await TestStore(kind)
        try await store.write(UsageCall(time: 1).row, to: "source/a.json")
        _ = try await Self.ingest(into: store, by: "first", as: nil)
        try await store.remove("lake/_settings")
        try await store.write(UsageCall(time: 2).row, to: "source/b.json")

        let summary = try await Self.ingest(into: store, by: "first", as: .request)

        #expect(summary.records == 1)
        #expect(try await Self.settings(store) == nil)
        let error = await #expect(throws: PipelineError.self) {
            try await Self.ingest(into: store, by: "second", as: .record)
        }
        #expect(error?.exitCode == 64)
    }

    @Test(arguments: [
        (UsageIdentity?.none, UsageIdentity.record), (.request, .record), (.record, .request),
    ])
    func `of two machines that make one lake at once with different identities, one is refused`(
        faster: UsageIdentity?, slower: UsageIdentity
    ) async throws {
        let store = try await TestStore(.moto)
        try await store.write(UsageCall(time: 1).row, to: "source/a.json")
        let isFirst = FirstTimes(1)
        // The slower one has seen that there is no lake, and then the other one makes it.
        let transport = WatchedTransport { request, send in
            if request.method == "PUT", request.path.hasSuffix("/_settings"), isFirst.take() {
                _ = try await Self.ingest(into: store, by: "faster", as: faster)
            }
            return try await send(request)
        }

        let error = await #expect(throws: PipelineError.self) {
            try await Self.ingest(into: store, by: "slower", as: slower, through: transport)
        }

        #expect(error?.exitCode == 64)
        #expect(try await Self.settings(store)?.contains((faster ?? .request).rawValue) == true)
        #expect(try await store.contents("lake").files.count == 1)
    }
}
