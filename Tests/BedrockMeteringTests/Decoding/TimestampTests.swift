import BedrockMetering
import Testing

/// How the time of a message is read.
struct TimestampTests {
    static let readable: [(text: String, time: String)] = [
        ("2025-12-07T01:23:45", "2025-12-07T01:23:45.000000Z"),
        ("2025-12-07T01:23:45.1", "2025-12-07T01:23:45.100000Z"),
        ("2025-12-07T01:23:45.12", "2025-12-07T01:23:45.120000Z"),
        ("2025-12-07T01:23:45.123", "2025-12-07T01:23:45.123000Z"),
        ("2025-12-07T01:23:45.1234", "2025-12-07T01:23:45.123400Z"),
        ("2025-12-07T01:23:45.12345", "2025-12-07T01:23:45.123450Z"),
        ("2025-12-07T01:23:45.123456", "2025-12-07T01:23:45.123456Z"),
        ("2025-12-07T01:23:45.1234567", "2025-12-07T01:23:45.123456Z"),
        ("2025-12-07T01:23:45.12345678", "2025-12-07T01:23:45.123456Z"),
        ("2025-12-07T01:23:45.123456789", "2025-12-07T01:23:45.123456Z"),
        ("2025-12-07T01:23:45.999999999", "2025-12-07T01:23:45.999999Z"),
        ("2025-12-07T01:23:45.000000", "2025-12-07T01:23:45.000000Z"),
        ("2025-12-07T01:23:45Z", "2025-12-07T01:23:45.000000Z"),
        ("2025-12-07T01:23:45.123Z", "2025-12-07T01:23:45.123000Z"),
        ("2025-12-07T01:23:45.123456Z", "2025-12-07T01:23:45.123456Z"),
        ("2025-12-07T01:23:45.123456789Z", "2025-12-07T01:23:45.123456Z"),
        ("2025-12-07t01:23:45.123456z", "2025-12-07T01:23:45.123456Z"),
        ("2025-12-07 01:23:45", "2025-12-07T01:23:45.000000Z"),
        ("2025-12-07T01:23:45,5", "2025-12-07T01:23:45.500000Z"),
        ("2025-12-07T01:23:45,123456", "2025-12-07T01:23:45.123456Z"),
        ("2025-12-07T01:23:45,123456Z", "2025-12-07T01:23:45.123456Z"),
        ("2025-12-07 01:23:45,678+0900", "2025-12-06T16:23:45.678000Z"),
        ("2025-12-07T01:23:45+00:00", "2025-12-07T01:23:45.000000Z"),
        ("2025-12-07T01:23:45-00:00", "2025-12-07T01:23:45.000000Z"),
        ("2025-12-07T01:23:45+09:00", "2025-12-06T16:23:45.000000Z"),
        ("2025-12-07T01:23:45.25+09:00", "2025-12-06T16:23:45.250000Z"),
        ("2025-12-07T01:23:45.123456+09:00", "2025-12-06T16:23:45.123456Z"),
        ("2025-12-07T01:23:45.123456789-08:00", "2025-12-07T09:23:45.123456Z"),
        ("2025-12-07T01:23:45+0530", "2025-12-06T19:53:45.000000Z"),
        ("2025-12-07T01:23:45.1-0330", "2025-12-07T04:53:45.100000Z"),
        ("2025-12-07T01:23:45+09", "2025-12-06T16:23:45.000000Z"),
        ("2025-12-07T01:23:45+23:59", "2025-12-06T01:24:45.000000Z"),
        ("2024-02-29T12:00:00", "2024-02-29T12:00:00.000000Z"),
        ("2028-02-29T23:30:00-01:00", "2028-03-01T00:30:00.000000Z"),
        ("2025-03-01T00:00:00+00:01", "2025-02-28T23:59:00.000000Z"),
        ("2020-01-01T00:00:00", "2020-01-01T00:00:00.000000Z"),
        ("2050-12-31T23:59:59.999999", "2050-12-31T23:59:59.999999Z"),
        ("2019-12-31T23:00:00-01:00", "2020-01-01T00:00:00.000000Z"),
        ("2051-01-01T08:59:59+09:00", "2050-12-31T23:59:59.000000Z"),
    ]

    static let outOfRange = [
        "2019-12-31T23:59:59.999999", "2051-01-01T00:00:00", "2020-01-01T08:59:59+09:00",
        "2050-12-31T23:00:00-01:00", "1970-01-01T00:00:00", "0000-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
    ]

    static let unreadable = [
        "", "2025", "2025-12-07", "2025-12-07T01:23", "2025-12-07T01:23:4", "2025-12-07T01:23:45.",
        "2025-12-07T01:23:45.Z", "2025-12-07T01:23:45.1234567890", "2025-12-07T01:23:45,",
        "2025-12-07T01:23:45,Z", "2025-12-07T01:23:45;5", "2025-12-07T01:23:45,1234567890",
        "2025-12-07T01:23:45 Z", "2025-12-07T01:23:45ZZ", "2025-12-07T01:23:45Z ",
        " 2025-12-07T01:23:45", "2025-12-07T01:23:45UTC", "2025-12-07T01:23:45.123456+",
        "2025-12-07T01:23:45+9", "2025-12-07T01:23:45+9:00", "2025-12-07T01:23:45+090",
        "2025-12-07T01:23:45+24:00", "2025-12-07T01:23:45+00:60", "2025-12-07T01:23:45+09:000",
        "2025-12-07T01:23:45+09:::", "2025-12-07T01:23:45+09::0", "2025-12-07T01:23:45+0:900",
        "2025-12-07T01:23:45+:0900", "2025-12-07T01:23:45++900", "2025-12-07T01:23:45.1.2",
        "2025-12-07T24:00:00", "2025-12-07T23:60:00", "2025-12-07T23:59:60", "2025-00-07T01:23:45",
        "2025-13-07T01:23:45", "2025-12-00T01:23:45", "2025-12-32T01:23:45", "2025-11-31T01:23:45",
        "2025-02-29T00:00:00", "2100-02-29T00:00:00", "2025/12/07T01:23:45", "2025-12-07T01.23.45",
        "2025-12-07T1:23:45", "25-12-07T01:23:45.00", "+2025-12-07T01:23:45", "-025-12-07T01:23:45",
        "2025-12-07X01:23:45", "2025-12-07T01:2a:45", "2025-12-07T0/:23:45", "2025-12-07T01:23:4:",
        "2025-12-07T01:23:45.12345a", "2025-12-07T01:23:45.12345/", "2025-12-07T01:23:45.123456z0",
        "２025-12-07T01:23:45", "1765070625678", "Sun, 07 Dec 2025 01:23:45 GMT",
    ]

    /// Decodes lines with `texts` as timestamps, once where no form is known and once where it is.
    private func outcomes(_ texts: [String]) -> [Outcome] {
        let lines = texts.map { UsageLine().with("timestamp", "\"\($0)\"").json }
        let alone = lines.map { Outcome(of: $0) }
        let known = lines.map {
            Outcome(of: UsageLine().json + "\n" + $0 + "\n" + UsageLine().json)
        }
        for (alone, known) in zip(alone, known) {
            #expect(known.records.dropFirst().dropLast() == alone.records[...])
            #expect(known.reasons == alone.reasons)
        }
        return alone
    }

    @Test func `readable times are exact to the microsecond, in UTC`() {
        for (outcome, sample) in zip(outcomes(Self.readable.map(\.text)), Self.readable) {
            #expect(outcome.records.map(\.time.description) == [sample.time], "\(sample.text)")
        }
    }

    @Test func `times outside 2020 to 2050 are rejected`() {
        for (outcome, text) in zip(outcomes(Self.outOfRange), Self.outOfRange) {
            #expect(outcome.reasons == [.timestampOutOfRange], "\(text)")
        }
    }

    @Test func `other texts are rejected`() {
        for (outcome, text) in zip(outcomes(Self.unreadable), Self.unreadable) {
            #expect(outcome.reasons == [.unreadableTimestamp], "\(text)")
        }
    }

    @Test func `any byte in place of another is read alike where the form is known`() {
        let usual = UsageLine().with("timestamp", #""2025-12-07T01:23:45.678901Z""#).json
        let known = Array(usual.utf8)
        var lines: [[UInt8]] = []
        for offset in 13...43 {
            for byte in 0...255 as ClosedRange<UInt8> where byte != 0x0a {
                var line = known
                line[offset] = byte
                lines.append(line)
            }
        }

        let outcome = Outcome(of: lines.flatMap { known + [0x0a] + $0 + [0x0a] })

        // A parser of its own for each line knows no form.
        let alone = lines.map { SingleMessage(of: $0, hasEnvelope: false) }
        let records = alone.flatMap { SingleMessage(of: known).records + $0.records }
        #expect(outcome.records == records)
        #expect(outcome.reasons == alone.flatMap(\.reasons))
    }

    @Test func `every day from 2020 to 2050 is read`() {
        var day = UsageDay(year: 2020, month: 1, day: 1)
        var lines: [String] = []
        var expected: [String] = []
        while let current = day, current.civil.year <= 2050 {
            lines.append(UsageLine().with("timestamp", "\"\(current)T12:00:00\"").json)
            expected.append("\(current)T12:00:00.000000Z")
            day = current.advanced(by: 1)
        }

        let outcome = Outcome(of: lines.joined(separator: "\n"))

        #expect(expected.count == 11_323)
        #expect(outcome.records.map(\.time.description) == expected)
    }
}
