import BedrockMetering
import Testing

/// How token counts are read.
struct CountTests {
    static let sound: [(text: String, count: Int64)] = [
        ("0", 0), ("7", 7), ("10", 10), ("9999999", 9_999_999), ("10000000", 10_000_000),
        ("123456789", 123_456_789), ("9223372036854775807", .max), ("-0", 0), ("0.0", 0),
        ("-0.0e5", 0),
        ("0e400", 0), ("10.0", 10), ("10.000000000000000000000000000000000000000", 10),
        ("1e3", 1000),
        ("1E3", 1000), ("1e+3", 1000), ("1.5e1", 15), ("0.1e1", 1), ("0.001e3", 1), ("1000e-3", 1),
        ("100000000000000000000000000e-26", 1), ("922337203685477580.7e1", .max),
        ("9007199254740993", 9_007_199_254_740_993), ("9.223372036854775807e18", .max),
        ("0.00000000000000000000000000000000000000001e41", 1), ("1e18", 1_000_000_000_000_000_000),
        ("\"0\"", 0), ("\"10\"", 10), ("\"10.0\"", 10), ("\"1e3\"", 1000),
        ("\"9223372036854775807\"", .max),
    ]

    static let unsound: [(text: String, reason: RejectionReason)] = [
        ("1.5", .fractional(.outputTokens)), ("0.1", .fractional(.outputTokens)),
        ("1e-1", .fractional(.outputTokens)), ("1e-400", .fractional(.outputTokens)),
        ("10.00000000000000000000000000000000000000001", .fractional(.outputTokens)),
        ("9223372036854775807.5", .fractional(.outputTokens)),
        ("\"1.5\"", .fractional(.outputTokens)),
        ("1e-99999999999999999999999", .fractional(.outputTokens)),
        ("-1", .negative(.outputTokens)), ("-0.5", .negative(.outputTokens)),
        ("-1e400", .negative(.outputTokens)), ("\"-1\"", .negative(.outputTokens)),
        ("-99999999999999999999999", .negative(.outputTokens)),
        ("9223372036854775808", .overflow(.outputTokens)), ("1e19", .overflow(.outputTokens)),
        ("9.223372036854775808e18", .overflow(.outputTokens)), ("1e400", .overflow(.outputTokens)),
        ("18446744073709551616", .overflow(.outputTokens)),
        ("18446744073709551617", .overflow(.outputTokens)),
        ("18446744073709551616.0", .overflow(.outputTokens)),
        ("184467440737095516160.0", .overflow(.outputTokens)),
        ("18446744073709551616000e-3", .overflow(.outputTokens)),
        ("99999999999999999999999999999999999", .overflow(.outputTokens)),
        ("1e99999999999999999999999", .overflow(.outputTokens)),
        ("\"9223372036854775808\"", .overflow(.outputTokens)),
        ("007", .malformedJSON), ("1.", .malformedJSON), ("1e", .malformedJSON),
        ("-", .malformedJSON),
        ("01", .malformedJSON), ("00", .malformedJSON), ("1_000", .malformedJSON),
        ("Infinity", .malformedJSON),
        ("\"007\"", .wrongType(.outputTokens)), ("\"\"", .wrongType(.outputTokens)),
        ("\" 1\"", .wrongType(.outputTokens)), ("\"1 \"", .wrongType(.outputTokens)),
        ("\"+1\"", .wrongType(.outputTokens)), ("\"1,000\"", .wrongType(.outputTokens)),
        ("\"0x10\"", .wrongType(.outputTokens)), ("\"ten\"", .wrongType(.outputTokens)),
        ("\"\\u0031\"", .wrongType(.outputTokens)), ("\"１\"", .wrongType(.outputTokens)),
        ("\"null\"", .wrongType(.outputTokens)), ("false", .wrongType(.outputTokens)),
        ("[1]", .wrongType(.outputTokens)), ("{\"a\":1}", .wrongType(.outputTokens)),
        ("null", .null(.outputTokens)),
    ]

    /// Decodes a line with each text as output tokens, where its form is not known and where it is.
    private func outcome(_ text: String) -> Outcome {
        let line = UsageLine().without("total_tokens").with("output_tokens", text)
        let usual = UsageLine().without("total_tokens").json
        let alone = Outcome(of: line.json)
        let known = Outcome(of: usual + "\n" + line.json)
        #expect(known.records.dropFirst() == alone.records[...], "\(text)")
        #expect(known.reasons == alone.reasons, "\(text)")
        return alone
    }

    @Test func `whole numbers in any form are exact`() {
        for (text, count) in Self.sound {
            // Without a total, the parts are summed, which the greatest count leaves no room for.
            let line = UsageLine().with("input_tokens", "0").with("output_tokens", text)
            let total = line.with("total_tokens", "1")

            #expect(Outcome(of: total.json).records.map(\.tokens.output) == [count], "\(text)")
            guard count < .max - 10 else { continue }
            #expect(outcome(text).records.map(\.tokens.output) == [count], "\(text)")
        }
    }

    @Test func `what is no count is rejected with its reason`() {
        for (text, reason) in Self.unsound {
            #expect(outcome(text).reasons == [reason], "\(text)")
        }
    }

    @Test(arguments: [
        "input_tokens", "output_tokens", "total_tokens", "cache_read_input_tokens",
        "cache_write_input_tokens",
    ])
    func `every count is read in every form`(key: String) {
        for (text, count) in Self.sound {
            let outcome = Outcome(of: UsageLine().with(key, text).json)

            let tokens = outcome.records.first?.tokens
            let value =
                switch key {
                case "input_tokens": tokens?.input
                case "output_tokens": tokens?.output
                case "total_tokens": tokens?.total
                case "cache_read_input_tokens": tokens?.cacheRead
                default: tokens?.cacheWrite
                }
            #expect(value == count, "\(text)")
        }
    }

    @Test func `a missing or null total is the sum of the four parts`() {
        let line = UsageLine()
            .with("cache_read_input_tokens", "300").with("cache_write_input_tokens", "4000")

        let outcome = Outcome(
            of: line.without("total_tokens").json + line.with("total_tokens", "null").json
        )

        #expect(outcome.records.map(\.tokens.total) == [4330, 4330])
        #expect(outcome.counts.totalMismatches == 0)
    }

    @Test func `a total that is not the sum is kept and counted`() {
        let line = UsageLine(input: 10)
        let lines = [
            line, line.with("total_tokens", "31"), line.with("total_tokens", "0"),
            line.with("cache_read_input_tokens", "5"),
            line.with("cache_write_input_tokens", "5").with("total_tokens", "35"),
            line.with("input_tokens", "9223372036854775807"),
        ]

        let outcome = Outcome(of: lines.map(\.json).joined(separator: "\n"))

        #expect(outcome.records.map(\.tokens.total) == [30, 31, 0, 30, 35, 30])
        #expect(outcome.counts.totalMismatches == 4)
        #expect(outcome.counts.usage == 6)
    }

    @Test func `absent and null cache counts are zero`() {
        let line = UsageLine().with("cache_read_input_tokens", "null")

        #expect(Outcome(of: line.json).records == [UsageLine.record()])
    }
}
