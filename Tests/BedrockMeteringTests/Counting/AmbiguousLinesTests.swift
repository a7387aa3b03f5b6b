import Foundation
import Testing

@testable import BedrockMetering

@Suite struct AmbiguousLinesTests {
    private static func line(_ time: String, request: String? = nil, input: Int = 8) -> String {
        let id = request.map { #", "request_id": "\#($0)""# } ?? ""
        return #"{"timestamp": "\#(time)", "tenant_id": "acme", "user_id": "u-0", "#
            + #""model_id": "titan", "input_tokens": \#(input), "output_tokens": 0, "#
            + #""event_type": "bedrock_token_usage"\#(id)}"#
    }

    private static func duplicates(_ objects: [String]) throws -> DuplicateCounts {
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        for object in objects {
            try UsageRecordDecoder().decode(Data(object.utf8), into: &collector)
        }
        return merger.duplicates
    }

    @Test(arguments: [
        ("2025-12-07T10:00:00", 1), ("2025-12-07T10:00:00Z", 1), ("2025-12-07T10:00:00+00:00", 1),
        ("2025-12-07T10:00:00.5Z", 1), ("2025-12-07T10:00:00.123", 1),
        ("2025-12-07T10:00:00.123Z", 1),
        ("2025-12-07T10:00:00.12345", 1), ("2025-12-07T10:00:00.12345Z", 1),
        ("2025-12-07T10:00:00.123+01", 1), ("2025-12-07T10:00:00.123000", 0),
        ("2025-12-07T10:00:00.000000Z", 0), ("2025-12-07T10:00:00.123456", 0),
        ("2025-12-07T10:00:00.123456+01:00", 0), ("2025-12-07T10:00:00.123456789Z", 0),
    ])
    func `an equal line is ambiguous by the digits of a second that were written`(
        time: String, ambiguous: Int
    ) throws {
        // The first line is read by the general parser, the others by their shape.
        let lines = [Self.line(time), Self.line(time), Self.line(time)]

        let counts = try Self.duplicates([lines.joined(separator: "\n")])

        #expect(counts.duplicates == 2 && counts.ambiguous == 2 * ambiguous)
        let day = UsageDay.named("2025-12-07")
        #expect(counts.ambiguousByDay == (ambiguous == 0 ? [:] : [day: 2]))
    }

    @Test func `a request id makes it a redelivery, a placeholder does not`() throws {
        let time = "2025-12-07T10:00:00.123Z"
        func lines(_ request: String) -> String { Self.line(time, request: request) + "\n" }

        #expect(try Self.duplicates([lines("r") + lines("r")]).ambiguous == 0)
        #expect(try Self.duplicates([lines("None") + lines("None")]).ambiguous == 1)
    }

    @Test func `an envelope's time has milliseconds`() throws {
        let message = Self.line("x").replacing(#""timestamp": "x", "#, with: "")
        let line = "2025-12-07T10:00:00.123Z \(message)\n"

        #expect(try Self.duplicates([line + line]).ambiguous == 1)
    }

    private static func document(_ ids: [String], _ message: (Int) -> String) -> String {
        let events = ids.enumerated().map { index, id in
            let text = message(index).replacing(#"""#, with: #"\""#)
            return #"{"id": "\#(id)", "timestamp": 1765101600200, "message": "\#(text)"}"#
        }
        return #"{"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "g", "logStream": "s", "#
            + #""subscriptionFilters": ["all"], "logEvents": [\#(events.joined(separator: ", "))]}"#
    }

    @Test(arguments: [
        (["1", "2", "3"], 2), (["1", "1", "1"], 0), (["1", "2", "1"], 1), (["1", "1", "2"], 1),
    ])
    func `equal lines under different event ids are ambiguous whatever their time`(
        ids: [String], ambiguous: Int
    ) throws {
        let document = Self.document(ids) { _ in Self.line("2025-12-07T10:00:00.123456Z") }

        let counts = try Self.duplicates([document])

        #expect(counts.duplicates == 2 && counts.ambiguous == ambiguous)
    }

    @Test func `a document that comes again adds what is ambiguous in it, and no more`() throws {
        let document = Self.document(["1", "2"]) { _ in Self.line("2025-12-07T10:00:00.123456Z") }

        #expect(try Self.duplicates([document, document]).ambiguous == 2)
    }

    @Test func `different lines under different event ids are calls`() throws {
        let document = Self.document((0..<1000).map { "\($0)" }) { index in
            Self.line("2025-12-07T10:00:00.123456Z", input: index)
        }

        #expect(try Self.duplicates([document]) == DuplicateCounts())
    }
}
