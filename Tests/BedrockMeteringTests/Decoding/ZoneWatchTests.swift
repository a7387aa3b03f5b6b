import Foundation
import Testing

@testable import BedrockMetering

@Suite struct ZoneWatchTests {
    /// Lines of an export whose times are so many minutes and seconds ahead of their envelopes.
    private static func lines(
        _ count: Int, minutes: Int, seconds: Int = -1, zone: String = ""
    ) -> String {
        let start = UsageDay.named("2025-12-07").start.microseconds + 12 * EventTime.perHour
        return (0..<count).map { number in
            let envelope = EventTime(microseconds: start + Int64(number) * 1_234_000)
            let time = EventTime(
                microseconds: envelope.microseconds + Int64(minutes * 60 + seconds) * 1_000_000)
            return "\(envelope.description.prefix(23))Z "
                + #"{"timestamp": "\#(time.description.prefix(26))\#(zone)", "tenant_id": "acme", "#
                + #""user_id": "u-\#(number)", "model_id": "titan", "input_tokens": 8, "#
                + #""output_tokens": 0, "event_type": "bedrock_token_usage"}"# + "\n"
        }.joined()
    }

    private static func offset(of object: String) throws -> Int? {
        try UsageRecordDecoder().decode(Data(object.utf8)).counts.offsetMinutes
    }

    @Test(arguments: [
        (9 * 60, -1, "", 9 * 60), (-5 * 60, -1, "", -5 * 60), (330, -90, "", 330),
        (345, 100, "", 345), (-15, 0, "", -15), (840, -119, "", 840),
        // A zone that is written, none that is off, and what is off by no zone.
        (9 * 60, -1, "Z", nil), (9 * 60, -1, "+01:00", nil), (0, -1, "", nil), (0, -60, "", nil),
        (0, -400, "", nil), (540, -300, "", nil), (900, 0, "", nil), (24 * 60, 0, "", nil),
    ])
    func `times without a zone that are off by one are noticed`(
        minutes: Int, seconds: Int, zone: String, expected: Int?
    ) throws {
        for count in [1, 9, 10, 500] {
            let object = Self.lines(count, minutes: minutes, seconds: seconds, zone: zone)
            #expect(try Self.offset(of: object) == expected, "\(count) lines")
        }
    }

    @Test(arguments: [
        (100, 0, true), (100, 10, true), (100, 30, false), (5, 1, false), (9, 1, true),
        (1000, 300, false), (1000, 50, true),
    ])
    func `nearly every line must be off`(off: Int, others: Int, isNoticed: Bool) throws {
        let object = Self.lines(off, minutes: 540) + Self.lines(others, minutes: 0)

        let offset = try Self.offset(of: object)

        #expect(offset == (isNoticed ? 540 : nil))
    }

    @Test func `an object of envelopes alone, or of none, tells nothing`() throws {
        let line = Self.lines(1, minutes: 540)
        let bare = String(line.dropFirst(25))

        #expect(try Self.offset(of: bare + bare) == nil)
        #expect(try Self.offset(of: "") == nil)
    }
}
