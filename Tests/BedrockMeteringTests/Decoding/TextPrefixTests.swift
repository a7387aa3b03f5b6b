import BedrockMetering
import Testing

/// Bare lines of text with a usage line at their end: each is one event, however its parts are set apart.
struct TextPrefixTests {
    static let time = "2025-12-07T01:02:03.123Z"

    static let prefixes = [
        "[INFO]\t2025-12-07T01:02:03Z\tid\t", "[INFO]\t\(time)\tid\t", "[INFO]\t\(time) id\t",
        "\(time)\tid\tINFO\t", "2025-12-07T01:02:03Z\t", "2025-12-07 01:02:03,123\tINFO\t",
        "\(time)\t\(time)\t", "INFO \(time) [INFO]\t", "\t", "\t\t\t", "INFO\t", "id-1\t",
        "level=info\tmsg=",
        "INFO|", "\(time)|INFO|usage|", "usage \(time) | INFO | ", "INFO;\(time);", "<14>",
        "usage>", "INFO-",
        "INFO -- ", "INFO --", "usage(", "msg='", "msg=`", "INFO: ", "INFO:", "INFO, ", "INFO,",
        "x = ",
        "x=", "INFO [",
    ]

    @Test(arguments: prefixes)
    func `a prefix and its usage line are one event`(prefix: String) {
        let line = UsageLine(input: 7).json
        for texts in [[prefix + line], [prefix + line, prefix + line, "START RequestId: 1"]] {
            let outcome = Outcome(of: texts.joined(separator: "\n"))

            let lines = min(2, texts.count)
            #expect(outcome.records.count == lines)
            #expect(outcome.counts.events == texts.count, "\(outcome.counts)")
            #expect(outcome.rejected.isEmpty && outcome.addsUp)
        }
    }

    @Test(arguments: prefixes)
    func `an unsound usage line behind a prefix is one event, rejected`(prefix: String) {
        for line in [
            UsageLine().with("input_tokens", "-1").json, UsageLine().without("tenant_id").json,
        ] {
            let outcome = Outcome(of: prefix + line + "\nEND RequestId: 1\n")

            #expect(outcome.rejected.count == 1 && outcome.records.isEmpty)
            #expect(outcome.counts.events == 2, "\(outcome.counts)")
        }
    }

    /// Where nothing tells that both are one, each has a fate of its own, and no usage is lost.
    @Test(arguments: ["END RequestId: 1", "done", "REPORT 12 ms", "a}", "x]", "x)", "0"])
    func `text without a line end and the document after it are two events`(text: String) {
        let line = UsageLine(input: 7).json
        let outcome = Outcome(of: text + line + text + line)

        #expect(outcome.inputs == [7, 7] && outcome.addsUp)
        #expect(outcome.counts.foreign == 2)
    }

    @Test(arguments: prefixes)
    func `chunks decide nothing`(prefix: String) {
        let line = UsageLine(input: 7).json
        let bytes = Array((prefix + line + "\n" + prefix + "{\"other\": 1}" + line).utf8)
        let whole = Outcome(of: bytes)

        #expect(whole.counts.usage == 2)
        for size in 1..<bytes.count {
            #expect(Outcome(of: [bytes[..<size], bytes[size...]]) == whole, "\(size)")
        }
    }
}
