import AWSServices
import BedrockMetering
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// What S3 says of keys that are missing to those who may list some prefixes alone: that they are
/// forbidden.
@Suite struct ForbiddenKeysTests {
    private let store: TestStore
    private let file = "lake/year=2025/month=12/day=07/bedrock-usage-20251207.parquet"

    init() async throws {
        store = try await TestStore(.moto)
        try await store.write(UsageCall().row, to: "source/a.json")
    }

    /// - Parameter mayList: whether listing is allowed.
    private func stores(mayList: Bool = true, forbids key: String? = nil) -> Stores {
        store.stores(
            through: WatchedTransport { request, send in
                if request.query.contains(where: { $0.name == "list-type" }) {
                    return mayList ? try await send(request) : HTTPResponse(status: 403)
                }
                if let key, request.path.hasSuffix(key) { return HTTPResponse(status: 403) }
                let response = try await send(request)
                return response.status == 404 ? HTTPResponse(status: 403) : response
            })
    }

    private func ingest() async throws -> IngestSummary {
        var job = IngestJob(source: store.location("source"), lake: store.location("lake"))
        job.stores = stores()
        return try await job.run()
    }

    @Test func `a day file that is gone is found missing`() async throws {
        _ = try await ingest()
        try await store.remove(file)
        var verify = VerifyJob(of: store.location("lake"))
        verify.stores = stores()

        #expect(try await verify.run().days.map(\.findings) == [[.missing]])
    }

    @Test func `a file that is taken over is moved to a name that is free`() async throws {
        let other = "year=2025/month=12/day=07/bedrock-usage-20251207.json"
        let kept = "year=2025/month=12/day=07/bedrock-usage-20251207_json.replaced"
        var call = UsageCall()
        call.time += 1
        try await store.write(call.row, to: "lake/\(other)")

        let summary = try await ingest()

        #expect(summary.isClean && summary.records == 2)
        #expect(try await store.objects("lake/_replaced").keys.sorted() == [kept])
    }

    @Test(arguments: [
        (false, true, PipelineError.Code.notFound), (false, false, .inputOutput),
        (true, true, .inputOutput), (true, false, .inputOutput),
    ])
    func `a key is missing where a listing says so, and forbidden where it is there`(
        isThere: Bool, mayList: Bool, code: PipelineError.Code
    ) async throws {
        let key = isThere ? "source/a.json" : "source/a"
        let stores = stores(mayList: mayList, forbids: key)
        let object = StoredObject(location: try ObjectLocation(store.location(key)))

        let ofVersion = await #expect(throws: PipelineError.self) {
            try await stores.remote.version(of: object.location)
        }
        let ofOpening = await #expect(throws: PipelineError.self) {
            try await stores.remote.open(object)
        }

        #expect(ofVersion?.code == code && ofOpening?.code == code)
    }
}
