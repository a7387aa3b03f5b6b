import BedrockMetering
import Testing

/// The time of usage lines that have none of their own.
struct EnclosingTimeTests {
    static let line = UsageLine().without("timestamp").json
    static let seconds: Int64 = 1_765_101_600

    static let times: [(json: String, microseconds: Int64)] = [
        (#""2025-12-07T10:00:00Z""#, 0), (#""2025-12-07T10:00:00.123Z""#, 123_000),
        (#""2025-12-07T10:00:00,123456Z""#, 123_456), (#""2025-12-07 19:00:00,5+0900""#, 500_000),
        (#""2025-12-07T10:00:00.123456789Z""#, 123_456), (#""2025-12-07T10:00:00""#, 0),
        ("1765101600", 0), ("1765101600.123456", 123_456), ("1765101600.5", 500_000),
        ("1765101600123", 123_000), ("1765101600123.75", 123_750), ("1765101600123456", 123_456),
        ("1765101600123456789", 123_456), (#""1765101600123456789""#, 123_456),
        (#""1765101600""#, 0), (#""1765101600123""#, 123_000),
    ]

    static let keys = [
        "timestamp", "time", "@timestamp", "Timestamp", "timeUnixNano", "ts", "datetime", "asctime",
        "date",
    ]

    private func time(of event: String) -> Int64? {
        let outcome = Outcome(of: Delivery.exported(event))
        #expect(outcome.records.count == 1)
        return outcome.records.first?.time.microseconds
    }

    @Test(arguments: times)
    func `a time is read in all its forms`(json: String, microseconds: Int64) {
        for key in Self.keys {
            let before = #"{"\#(key)": \#(json), "message": \#(Self.line)}"#
            let after = #"{"message": \#(Delivery.json(Self.line)), "\#(key)": \#(json)}"#

            #expect(time(of: before) == Self.seconds * 1_000_000 + microseconds)
            #expect(time(of: after) == Self.seconds * 1_000_000 + microseconds)
        }
    }

    @Test(arguments: [
        "null", "true", "7", "17651016", "176510160", "17651016000", "0.5", "-1765101600", #""""#,
        #""now""#, #""10:00:00""#, "[1765101600]", "1e9", #""1970-01-01T00:00:00Z""#, "1000000000",
        "17651016001234567890", #""1765101600x""#, #""1765101600.""#,
    ])
    func `what is no time leaves the envelope's`(json: String) {
        let event = #"{"timestamp": \#(json), "message": \#(Self.line)}"#

        #expect(time(of: event) == Int64(Delivery.milliseconds) * 1000)
    }

    @Test func `the nearest time counts, and the line's own before all`() {
        let outer = #""time": "2025-12-07T08:00:00Z""#
        let inner = #""time": "2025-12-07T09:00:00Z""#
        let own = UsageLine().json

        #expect(
            time(of: #"{\#(outer), "a": {\#(inner), "b": \#(Self.line)}}"#)
                == (Self.seconds - 3600) * 1_000_000
        )
        #expect(
            time(of: #"{\#(outer), "a": {"b": \#(Self.line)}}"#)
                == (Self.seconds - 7200) * 1_000_000
        )
        #expect(
            time(of: #"{\#(outer), "x": {\#(inner)}, "a": [\#(Self.line)]}"#)
                == (Self.seconds - 7200) * 1_000_000
        )
        #expect(
            time(of: #"{\#(outer), "a": \#(own)}"#) == UsageLine.record().time.microseconds
        )
    }

    @Test func `a time with a zone before a line counts, and one without does not`() {
        #expect(time(of: "2025-12-07T10:00:00Z INFO \(Self.line)") == Self.seconds * 1_000_000)
        #expect(
            time(of: "2025-12-07T19:00:00+09:00\tINFO\t\(Self.line)") == Self.seconds * 1_000_000
        )
        #expect(
            time(of: "2025-12-07T10:00:00 INFO \(Self.line)")
                == Int64(Delivery.milliseconds) * 1000
        )
    }

    @Test func `a payload's line takes the time around it`() {
        let event =
            #"{"requestId":"r","timestamp":1765101600123,"records":[{"data":"\#(Wrapper.base64(gzip(Self.line)))"}]}"#

        let outcome = Outcome(of: event)

        #expect(outcome.records.map(\.time.microseconds) == [Self.seconds * 1_000_000 + 123_000])
    }

    @Test func `a line without any time is rejected`() {
        let outcome = Outcome(of: #"{"message": \#(Self.line)}"#)

        #expect(outcome.reasons == [.missing(.timestamp)])
    }
}
