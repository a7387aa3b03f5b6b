import BedrockMetering
import Foundation
import TestSupport
import Testing

/// The sample objects decode to what `samples/expected/summary.json` says.
struct SamplesTests {
    private struct Summary: Decodable {
        var objects, events, records, duplicates, foreign, rejected, total_mismatches: Int
    }

    private func summary() throws -> Summary {
        let file = Repository.root.appending(path: "samples/expected/summary.json")
        return try JSONDecoder().decode(Summary.self, from: Data(contentsOf: file))
    }

    @Test func `every event of the samples has the fate that is expected`() throws {
        let objects = try Repository.sampleObjects()
        let expected = try summary()

        var counts = EventCounts()
        for object in objects {
            let decoded = try UsageRecordDecoder().decode(object.data, named: object.path)
            #expect(decoded.counts.usage == decoded.records.count, "\(object.path)")
            #expect(decoded.counts.rejected == decoded.rejected.count, "\(object.path)")
            counts += decoded.counts
        }

        #expect(objects.count == expected.objects)
        #expect(counts.events == expected.events)
        #expect(counts.usage == expected.records + expected.duplicates)
        #expect(counts.foreign == expected.foreign)
        #expect(counts.rejected == expected.rejected)
        #expect(counts.totalMismatches == expected.total_mismatches)
    }
}
