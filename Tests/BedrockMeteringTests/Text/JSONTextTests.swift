import Foundation
import Testing

@testable import BedrockMetering

@Suite struct JSONTextTests {
    @Test(arguments: [
        ("\u{7f}", #""\u007f""#), ("\u{80}\u{9b}2J", #""\u0080\u009b2J""#),
        ("a\u{202e}b", #""a\u202eb""#), ("\u{2066}a\u{2069}", #""\u2066a\u2069""#),
        ("\u{61c}", #""\u061c""#), ("\u{feff}", #""\ufeff""#), ("\u{2028}", #""\u2028""#),
        ("\u{e0041}", #""\udb40\udc41""#), ("\u{3164}", #""\u3164""#),
        ("e\u{301}\u{ac00}\u{1f600}\u{3000}", "\"e\u{301}\u{ac00}\u{1f600}\u{3000}\""),
        ("\u{1b}\n\"\\", #""\u001b\n\"\\""#),
    ])
    func `what steers what shows it is escaped, and nothing else`(text: String, json: String) {
        #expect(JSONText.quoted(text).utf8.elementsEqual(json.utf8))
    }

    @Test(arguments: HostileNames.all)
    func `a text comes back from its escapes`(text: String) throws {
        let json = JSONText.document([("name", JSONText.quoted(text))])

        let object = try JSONDecoder().decode([String: Either].self, from: Data(json.utf8))

        #expect(!json.dropLast().unicodeScalars.contains { $0.isHidden })
        #expect(object["name"]?.text.map { $0.utf8.elementsEqual(text.utf8) } == true)
        #expect(object["version"]?.text == nil)
    }

    /// A text, or something else.
    private struct Either: Decodable {
        var text: String?

        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }
}
