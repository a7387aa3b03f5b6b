import BedrockMetering
import Foundation
import TestSupport
import Testing

/// The sample objects decode to what `samples/expected` says.
struct SamplesTests {
    private struct Summary: Decodable {
        var objects, failed_objects, events, records, duplicates, foreign, rejected: Int
        var total_mismatches: Int
    }

    private func summary(_ name: String) throws -> Summary {
        let file = Repository.root.appending(path: "samples/expected/\(name).json")
        return try JSONDecoder().decode(Summary.self, from: Data(contentsOf: file))
    }

    @Test(arguments: [("exports", "summary"), ("broken", "broken")])
    func `every event of the samples has the fate that is expected`(
        folder: String, name: String
    ) throws {
        let objects = try Repository.sampleObjects(folder)
        let expected = try summary(name)

        var counts = EventCounts()
        var failures = 0
        for object in objects {
            guard
                let decoded = try? UsageRecordDecoder().decode(object.data, named: object.path)
            else {
                failures += 1
                continue
            }
            #expect(decoded.counts.usage == decoded.records.count, "\(object.path)")
            #expect(decoded.counts.rejected == decoded.rejected.count, "\(object.path)")
            counts += decoded.counts
        }

        #expect(failures == expected.failed_objects)
        #expect(objects.count == expected.objects + expected.failed_objects)
        #expect(counts.events == expected.events)
        #expect(counts.usage == expected.records + expected.duplicates)
        #expect(counts.foreign == expected.foreign)
        #expect(counts.rejected == expected.rejected)
        #expect(counts.totalMismatches == expected.total_mismatches)
    }
}
