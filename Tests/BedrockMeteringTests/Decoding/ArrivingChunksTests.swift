import BedrockMetering
import Foundation
import TestSupport
import Testing

/// Objects that are decoded while they arrive.
@Suite struct ArrivingChunksTests {
    private struct Broken: Error {}

    private static func stream(
        _ object: Data, by size: Int, failing: Bool = false
    ) -> AsyncThrowingStream<Data, any Error> {
        AsyncThrowingStream { continuation in
            var rest = object[...]
            while !rest.isEmpty {
                continuation.yield(Data(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            continuation.finish(throwing: failing ? Broken() : nil)
        }
    }

    @Test(arguments: [7, 4096, 1 << 20])
    func `an object in chunks comes to what it does as a whole`(size: Int) async throws {
        let samples = try Repository.sampleObjects().prefix(4)
        for sample in samples {
            let whole = UsageMerger()
            var collector = whole.makeCollector()
            let counts = try UsageRecordDecoder().decode(sample.data, into: &collector)
            let merger = UsageMerger()
            var arriving = merger.makeCollector()

            let arrived = try await UsageRecordDecoder().decode(
                Self.stream(sample.data, by: size), named: sample.path, into: &arriving)

            #expect(arrived == counts)
            #expect(merger.records() == whole.records())
            #expect(arriving.takeRejected() == collector.takeRejected())
        }
    }

    @Test func `nothing stays of an object whose chunks end in an error`() async throws {
        let sample = try #require(
            try Repository.sampleObjects().first { $0.path.hasSuffix(".gz") })
        let merger = UsageMerger()
        var collector = merger.makeCollector()

        await #expect(throws: Broken.self) {
            try await UsageRecordDecoder().decode(
                Self.stream(sample.data, by: 100, failing: true), into: &collector)
        }
        await #expect(throws: ExportDecodingError.self) {
            try await UsageRecordDecoder().decode(
                Self.stream(sample.data.prefix(sample.data.count / 2), by: 100), into: &collector)
        }
        collector.commit()

        #expect(merger.count == 0)
    }
}
