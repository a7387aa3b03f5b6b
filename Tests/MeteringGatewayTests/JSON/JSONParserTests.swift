import Testing

@testable import MeteringGateway

@Suite struct JSONParserTests {
    private func value(_ text: String) throws -> JSONValue {
        try JSONParser.value(of: Array(text.utf8))
    }

    @Test(arguments: [
        ("null", JSONValue.null), (" true\n", .bool(true)), ("false", .bool(false)),
        ("0", .number("0")), ("-1.5e+3", .number("-1.5e+3")), ("[]", .array([])),
        ("[1, [2]]", .array([.number("1"), .array([.number("2")])])), ("{ }", .object([])),
        (#""a\"\\\/\b\f\n\r\t\u0041""#, .string("a\"\\/\u{8}\u{c}\n\r\tA")),
        (#""\ud83d\ude00""#, .string("😀")), (#""ᄒ한""#, .string("ᄒ한")),
        (
            #"{"a": 1, "a": {"b": []}}"#,
            .object([
                .init("a", .number("1")), .init("a", .object([.init("b", .array([]))])),
            ])
        ),
    ])
    func `a document is read as it is written`(text: String, expected: JSONValue) throws {
        #expect(try value(text) == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "tru", "01", "1.", ".5", "-", "+1", "1e", "1e+", "0x10", "NaN",
        "Infinity", "'a'", "\"a", "\"\\", "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"",
        "\"a\nb\"", "\"\t\"", "\"\u{0}\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\ud800x\"",
        "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\udc00\\ud800\"", "[", "[1",
        "[1,", "[1,]", "[,1]", "[1 2]", "{", "{1: 2}", "{\"a\"}", "{\"a\":}", "{\"a\": 1,}",
        "{\"a\" 1}", "{\"a\": 1 \"b\": 2}", "{} {}", "1 2", "// a\n1", "\u{feff}1",
        "{\"a\": 1}\u{0}",
    ])
    func `what is no sound JSON is refused`(text: String) {
        #expect(throws: JSONParser.Failure.self) { try value(text) }
    }

    @Test(
        arguments: [
            [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
            [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xe2, 0x82, 0x22],
        ] as [[UInt8]])
    func `bytes that are no UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONParser.Failure.self) { try JSONParser.value(of: bytes) }
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
    func `nesting is taken to a depth of 32`(open: String, close: String) throws {
        func text(_ depth: Int) -> String {
            String(repeating: open, count: depth - 1) + (open == "[" ? "[" : "{")
                + (open == "[" ? "]" : "}") + String(repeating: close, count: depth - 1)
        }

        _ = try value(text(32))

        #expect(throws: JSONParser.Failure.self) { try value(text(33)) }
        #expect(throws: JSONParser.Failure.self) {
            try value(String(repeating: open, count: 1_000_000))
        }
    }

    @Test func `of equal keys the last one counts, and keys are told apart by their bytes`() throws
    {
        let object = try value("{\"a\": 1, \"\u{e9}\": 2, \"e\u{301}\": 3, \"a\": 4}")

        #expect(object["a"] == .number("4"))
        #expect(object["\u{e9}" as String] == .number("2"))
        #expect(object["e\u{301}" as String] == .number("3"))
        #expect(object["b"] == nil)
        #expect(object.repeatedKey == "a")
    }

    @Test(arguments: [
        (#"{"a": {"b": 1, "b": 2}}"#, "b"), (#"[{"a": 1}, {"c": 1, "c": 1}]"#, "c"),
        (#"{"a": 1, "b": {"a": 1}}"#, nil),
    ])
    func `a key that stands twice in one object is found`(text: String, key: String?) throws {
        #expect(try value(text).repeatedKey == key)
    }

    @Test(
        arguments: [
            ("10", 10), ("10.0", 10), ("1e3", 1000), ("-0", 0), ("1.5", nil), ("1e400", nil),
            ("9223372036854775807", 9_223_372_036_854_775_807), ("9223372036854775808", nil),
            ("1e16", nil), ("\"1\"", nil), ("true", nil), ("null", nil),
        ] as [(String, Int?)])
    func `whole numbers are taken in any form`(text: String, expected: Int?) throws {
        #expect(try value(text).integer == expected)
    }
}
