import BedrockMetering
import Testing

/// Which keys of a line count, and what it may hold beside them.
struct KeysTests {
    @Test(arguments: UsageSchema.columns.map(\.name))
    func `a key that comes twice is rejected, equal or not, escaped or not`(name: String) throws {
        let column = try #require(UsageSchema.columns.first { $0.name == name })
        let line = UsageLine().with("request_id", #""r""#)
            .with("cache_read_input_tokens", "0").with("cache_write_input_tokens", "0")
        let value = try #require(line.members.first { $0.key == name }).value
        let escaped = name.replacing("_", with: #"\u005f"#)
        let firstEscaped = #"\u00"# + String(name.utf8.first ?? 0, radix: 16) + name.dropFirst()

        for key in [name, escaped, firstEscaped] {
            for value in [value, "null", #""other""#] {
                let outcomes = [line, UsageLine()].map {
                    Outcome(of: $0.json + "\n" + line.adding(key, value).json)
                }

                #expect(
                    outcomes.map(\.reasons) == [
                        [.duplicateKey(column.field)], [.duplicateKey(column.field)],
                    ]
                )
            }
        }
    }

    @Test func `escaped keys and values say the same as plain ones`() {
        let line = UsageLine()
        var escaped = line
        for index in escaped.members.indices {
            escaped.members[index].key.replace("_", with: #"\u005F"#)
            escaped.members[index].value.replace("o", with: #"\u006f"#)
        }

        #expect(Outcome(of: escaped.json).records == [UsageLine.record()])
        #expect(Outcome(of: line.json + "\n" + escaped.json).records.count == 2)
    }

    @Test func `unknown keys are ignored, whatever they hold`() {
        let values = [
            "null", "true", "-1.5e-3", #""\ud83d\ude80""#, "[]", "{}", RejectionTests.nested(127),
            #"{"tenant_id": "decoy", "event_type": "login", "input_tokens": [1, {"a": null}]}"#,
        ]
        for value in values {
            let plain = UsageLine(input: 1)
            let line = plain.adding("note", value).adding("note", "1")
            let first = UsageLine(input: 2).reversed().adding("note", value).reversed()
            let text = [line, first, plain, line, first].map(\.json).joined(separator: "\n")

            let outcome = Outcome(of: text)

            #expect(outcome.inputs == [1, 2, 1, 1, 2], "\(value)")
            #expect(outcome.counts.events == 5)
        }
    }

    @Test(arguments: ["Tenant_ID", "tenant-id", "tenant_id ", "tenant_i", "tenant_id2", ""])
    func `keys are compared exactly`(key: String) {
        let line = UsageLine().adding(key, #""decoy""#)

        #expect(
            Outcome(of: line.json + "\n" + line.json).records == [
                UsageLine.record(), UsageLine.record(),
            ]
        )
    }

    @Test func `members may come in any order`() {
        var random = 0
        var line = UsageLine().with("request_id", #""r-1""#).with("cache_read_input_tokens", "0")
        var lines: [String] = []
        for _ in 0..<200 {
            random = (random * 31 + 7) % 1009
            line.members.swapAt(random % 10, (random / 10) % 10)
            lines.append(line.json)
        }

        let outcome = Outcome(of: lines.joined())

        var expected = UsageLine.record()
        expected.request = "r-1"
        #expect(outcome.records == Array(repeating: expected, count: 200))
    }

    @Test func `names are kept byte for byte`() {
        let names = [
            "a", "한빛", "한빛", "🚀", "O'Brien & Sons", "=cmd()", "../x", "\u{7f}\u{85}\u{feff}",
            String(repeating: "long ", count: 800), " space ",
        ]
        let lines = names.map {
            UsageLine().with("tenant_id", "\"\($0)\"").with("user_id", "\"\($0)\"")
                .with("model_id", "\"\($0)\"").with("request_id", "\"\($0)\"").json
        }

        let outcome = Outcome(of: (lines + lines).joined(separator: "\n"))

        for (record, name) in zip(outcome.records, names + names) {
            #expect(record.tenant == TenantID(name))
            #expect(record.user == UserID(name))
            #expect(record.model == ModelID(name))
            #expect(record.request == RequestID(name))
        }
        #expect(outcome.records.count == 2 * names.count)
    }

    @Test(arguments: ["null", #""""#])
    func `an empty request id is none, and an empty user is a user`(value: String) {
        let line = UsageLine().with("request_id", value).with("user_id", #""""#)

        let outcome = Outcome(of: line.json + "\n" + line.json)

        #expect(outcome.records.map(\.request) == [nil, nil])
        #expect(outcome.records.map(\.user) == ["", ""])
    }
}
