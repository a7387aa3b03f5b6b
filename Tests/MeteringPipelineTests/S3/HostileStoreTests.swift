import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import Synchronization
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Reports from a store that tells of day files what cannot be.
@Suite struct HostileStoreTests {
    /// A lake with a day file, and a store in front of it that says what `change` makes of its answers.
    private static func outcome(
        _ format: LakeFormat,
        _ change: @escaping @Sendable (HTTPRequest, HTTPResponse) async throws -> HTTPResponse
    ) async throws -> (failures: [String], requests: Int) {
        let store = try await TestStore(.moto)
        try await store.write(UsageCall(day: "2025-12-07").row, to: "source/a.json")
        var ingest = IngestJob(
            source: store.location("source"), lake: store.location("lake"), format: format)
        ingest.stores = store.stores()
        _ = try await ingest.run()
        let requests = Mutex(0)
        let transport = WatchedTransport { request, send in
            requests.withLock { $0 += 1 }
            return try await change(request, try await send(request))
        }
        let query = UsageQuery(per: .day, during: .day(.on("2025-12-07")))
        var job = ReportJob(query, from: .lake(store.location("lake")), jobs: 2)
        job.stores = store.stores(ofMachine: "other", through: transport)
        do {
            let outcome = try await job.run()
            return (outcome.failures.map(\.reason), requests.withLock { $0 })
        } catch let error as PipelineError {
            return ([error.reason], requests.withLock { $0 })
        }
    }

    @Test(arguments: [
        "-5", "0", "1", "8", "12", "1125899906842624", "1125899906842625", "9223372036854775807",
        "+5",
    ])
    func `a day file of a size that it does not have is a failure, and nothing worse`(
        size: String
    ) async throws {
        let (failures, requests) = try await Self.outcome(.parquet) { request, response in
            let bytes = try await response.bytes(upTo: 1 << 20)
            let text = String(decoding: bytes, as: UTF8.self)
            guard request.query.contains(where: { $0.name == "list-type" }) else {
                return HTTPResponse(
                    status: response.status, headers: response.headers, body: HTTPBody(bytes))
            }
            let changed = text.replacing(/<Size>\d+<\/Size>/) { _ in "<Size>\(size)</Size>" }
            return HTTPResponse(
                status: response.status, headers: response.headers,
                body: HTTPBody(Array(changed.utf8)))
        }

        #expect(failures.count == 1)
        #expect(requests < 100)
    }

    @Test(arguments: [1, 7, 8])
    func `parts with fewer bytes than were asked for end, and are a failure`(
        count: Int
    ) async throws {
        let (failures, requests) = try await Self.outcome(.parquet) { request, response in
            guard response.status == 206 else { return response }
            let bytes = Array(try await response.bytes(upTo: 1 << 20).prefix(count))
            var headers = response.headers
            let told = try #require(headers["content-range"]).split { " -/".contains($0) }
            let first = try #require(Int(told[1]))
            headers["content-length"] = "\(bytes.count)"
            headers["content-range"] = "bytes \(first)-\(first + bytes.count - 1)/\(told[3])"
            return HTTPResponse(status: 206, headers: headers, body: HTTPBody(bytes))
        }

        #expect(failures.count == 1)
        #expect(requests < 100)
    }

    @Test func `a store whose object is shorter than its listing says is named`() async throws {
        let (failures, requests) = try await Self.outcome(.parquet) { request, response in
            guard response.status == 206 else { return response }
            let bytes = Array(try await response.bytes(upTo: 1 << 20).prefix(8))
            var headers = response.headers
            let told = try #require(headers["content-range"]).split { " -/".contains($0) }
            let first = try #require(Int(told[1]))
            headers["content-length"] = "\(bytes.count)"
            // As though the object ended there.
            let end = first + bytes.count
            headers["content-range"] = "bytes \(first)-\(end - 1)/\(end)"
            return HTTPResponse(status: 206, headers: headers, body: HTTPBody(bytes))
        }

        #expect(failures == ["has fewer bytes than its store has told before"])
        #expect(requests < 100)
    }
}
