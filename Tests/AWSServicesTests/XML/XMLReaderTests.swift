import AWSServices
import Testing

@Suite struct XMLReaderTests {
    private static func pieces(_ text: String) throws -> String {
        try XMLReader.pieces(of: Array(text.utf8)).map(\.description).joined()
    }

    @Test(arguments: [
        ("<a/>", "<a></>"), ("<a></a>", "<a></>"), ("<a ></a >", "<a></>"),
        ("<a><b/>c<d>e</d></a>", #"<a><b></>"c"<d>"e"</></>"#),
        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>", "<a></>"),
        ("<?xml version='1.1' standalone='no' ?>\n<a/>", "<a></>"),
        ("\n\n<?xml version=\"1.0\"?>\n<a/>", "<a></>"), ("\u{feff}<a/>\n", "<a></>"),
        ("<!-- > --><a/><!-- --><?b c?>", "<a></>"), ("<a><!--b--><?c d?>e</a>", #"<a>"e"</>"#),
        ("<a>b<!-- c -->d</a>", #"<a>"bd"</>"#),
        ("<a>&lt;&gt;&amp;&quot;&apos;</a>", #"<a>"<>&\"\'"</>"#),
        ("<a>&#65;&#x42;&#x1F600;&#00000000000000000000067;</a>", "<a>\"AB\u{1f600}C\"</>"),
        ("<a>b&#13;\r\nc\rd\ne</a>", #"<a>"b\r\nc\nd\ne"</>"#),
        ("<a>&#60;b&#62;</a>", #"<a>"<b>"</>"#),
        ("<a><![CDATA[<b>&lt;]]]]><![CDATA[>\r\n]]></a>", #"<a>"<b>&lt;]]>\n"</>"#),
        ("<a>]]&gt; ] ]]</a>", #"<a>"]]> ] ]]"</>"#),
        ("<a b=\"1\" c = '>&lt;\"'\n/>", "<a></>"), ("<s:a xmlns:s=\"u\"/>", "<s:a></>"),
        ("<ä·1 ö=''>é</ä·1>", #"<ä·1>"é"</>"#), ("<_:-.9/>", "<_:-.9></>"),
    ])
    func `a document is pulled apart`(text: String, pieces: String) throws {
        #expect(try Self.pieces(text) == pieces)
    }

    @Test(arguments: [
        ("", 0, "ends too early"), (" ", 1, "ends too early"), ("<a>", 3, "ends too early"),
        ("<a", 2, "no space"), ("<a><b></a>", 6, "without its start"),
        ("</a>", 0, "without its start"), ("<a/></a>", 4, "without its start"),
        ("<a/><a/>", 4, "second root"), ("<a/>b", 4, "outside"), ("b<a/>", 0, "outside"),
        ("&lt;<a/>", 0, "outside"), ("<a/><![CDATA[]]>", 4, "outside"),
        ("<A></a>", 3, "without its start"), ("<e\u{301}></é>", 5, "without its start"),
        ("<!DOCTYPE a><a/>", 0, "document type"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", 0, "document type"),
        ("<a><!ELEMENT b></a>", 3, "document type"), ("<a>&b;</a>", 3, "entity"),
        ("<a>&LT;</a>", 3, "entity"), ("<a>&</a>", 3, "entity"), ("<a>&lt</a>", 3, "entity"),
        ("<a>&#;</a>", 3, "reference"), ("<a>&#x;</a>", 3, "reference"),
        ("<a>&#0;</a>", 3, "reference"), ("<a>&#8;</a>", 3, "reference"),
        ("<a>&#xD800;</a>", 3, "reference"), ("<a>&#xFFFE;</a>", 3, "reference"),
        ("<a>&#x110000;</a>", 3, "reference"), ("<a>&#4294967361;</a>", 3, "reference"),
        ("<a>&#99999999999999999999999999;</a>", 3, "reference"), ("<a>&#1b;</a>", 3, "reference"),
        ("<a>b]]>c</a>", 6, "CDATA"), ("<a>\u{0}</a>", 3, "forbids"),
        ("<a>\u{1b}</a>", 3, "forbids"), ("<a>\u{ffff}</a>", 3, "forbids"),
        ("<a><![CDATA[b</a>", 17, "ends too early"), ("<a><![cdata[]]></a>", 3, "document type"),
        ("<a><!-- -- --></a>", 10, "> is missing"), ("<a><!---></a>", 13, "ends too early"),
        ("<a><?xml version=\"1.0\"?></a>", 8, "declaration"), ("<a><?XML ?></a>", 8, "declaration"),
        ("<a><?b", 6, "no processing"), ("<a>< b/></a>", 4, "no name"),
        ("<a><1/></a>", 4, "no name"),
        ("<a b=c/>", 5, "quotes"), ("<a b/>", 4, "= is missing"), ("<a b=\"c/>", 9, "too early"),
        ("<a b=\"<\"/>", 6, "markup"), ("<a b=\"&c;\"/>", 6, "entity"),
        ("<a b=\"\u{1}\"/>", 6, "forbids"), ("<a b=\"\"c=\"\"/>", 7, "no space"),
        ("<a b=\"\" b=\"\"/>", 8, "twice"), ("<a / >", 3, "no name"),
        ("<a></a b>", 7, "> is missing"),
        ("<?xml version=\"2.0\"?><a/>", 15, "version"),
        ("<?xml encoding=\"UTF-8\"?><a/>", 6, "XML"),
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>", 30, "encoding"),
        ("<?xml version=\"1.0\" standalone=\"yes\" encoding=\"UTF-8\"?><a/>", 37, "declaration"),
        ("<?xml ?><a/>", 6, "declaration"),
        ("<?xml version=\"1.0\"encoding=\"UTF-8\"?><a/>", 19, "?> is"),
        ("<!-- --><?xml version=\"1.0\"?><a/>", 13, "declaration"),
    ])
    func `what is no document is told with its place`(
        text: String, offset: Int, reason: String
    ) throws {
        let fault = try #require(throws: XMLFault.self) { try Self.pieces(text) }

        #expect(fault.offset == offset && fault.reason.contains(reason), "\(fault)")
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0xaf], [0xc1, 0xbf], [0xc3], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80],
            [0xe2, 0x82], [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80],
            [0xf5, 0x80, 0x80, 0x80],
            [0xff], [0xfe, 0xff], [0xe2, 0x28, 0xa1],
        ] as [[UInt8]])
    func `what is no UTF-8 is refused wherever it stands`(bytes: [UInt8]) {
        for (before, after) in [
            ("<a>", "</a>"), ("<a><![CDATA[", "]]></a>"), ("<a b='", "'/>"), ("<!--", "--><a/>"),
            ("<?b ", "?><a/>"), ("<a", "/>"), ("", "<a/>"), ("<?xml version='1.", "'?><a/>"),
        ] {
            #expect(throws: XMLFault.self, "\(before)") {
                try XMLReader.pieces(of: Array(before.utf8) + bytes + Array(after.utf8))
            }
        }
    }

    @Test(arguments: [
        (String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33), "32 elements"),
        (String(repeating: "<a>", count: 40_000), "32 elements"),
        ("<a>" + String(repeating: "<b/>", count: 65_536) + "</a>", "65536 elements"),
        ("<a " + (0..<17).map { "b\($0)=''" }.joined(separator: " ") + "/>", "16 attributes"),
        ("<a " + (0..<100_000).map { "b\($0)=''" }.joined(separator: " ") + "/>", "16 attributes"),
        ("<\(String(repeating: "a", count: 257))/>", "257 bytes"),
        ("<a b='\(String(repeating: "c", count: 9000))'/>", "8192 bytes"),
    ])
    func `a document that no service sends is refused soon`(text: String, limit: String) throws {
        let start = ContinuousClock.now

        let fault = try #require(throws: XMLFault.self) { try Self.pieces(text) }

        #expect(fault.reason.contains("more than \(limit == "257 bytes" ? "256 bytes" : limit)"))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test(arguments: [32, 1])
    func `a document at its limits is read`(depth: Int) throws {
        let text =
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)

        #expect(try XMLReader.pieces(of: Array(text.utf8)).count == 2 * depth)
    }

    @Test func `time grows with the bytes alone`() throws {
        for piece in ["&lt;", "<![CDATA[]]>", "<!---->", "]", "]]>".dropLast() + " ", "\r", "x"] {
            let text = "<a>" + String(repeating: String(piece), count: 1_000_000 / piece.count)
            var reader = XMLReader(Array((text + "</a>").utf8))
            let start = ContinuousClock.now

            while (try? reader.next()) != nil { continue }

            #expect(ContinuousClock.now - start < .seconds(30), "\(piece)")
        }
    }

    // MARK: Values

    private static func reader(_ text: String) throws -> XMLReader {
        var reader = XMLReader(Array(text.utf8))
        try reader.root("r")
        _ = try reader.child()
        return reader
    }

    @Test func `elements that are not wanted are passed over with all that is in them`() throws {
        var reader = XMLReader(
            Array("<r> <a><b>x</b><c/></a>y<d>1 &amp; <!-- -->2</d><e/><f>true</f></r>".utf8))
        try reader.root("r")
        var found: [String] = []
        while let name = try reader.child() {
            switch name {
            case "d": found.append(try reader.text())
            case "e": found.append(try reader.text())
            case "f": found.append("\(try reader.truth())")
            default: try reader.skip()
            }
        }
        try reader.finish()

        #expect(found == ["1 & 2", "", "true"])
    }

    @Test(arguments: [
        "-5", "+5", " 5", "5 ", "", "5.0", "1e3", "0x5", "101", "9223372036854775808",
        "99999999999999999999", "٣", "<b>5</b>",
    ])
    func `what is no number up to the largest is refused`(text: String) throws {
        var reader = try Self.reader("<r><a>\(text)</a></r>")

        #expect(throws: XMLFault.self) { try reader.number(upTo: 100) }
    }

    @Test(arguments: [("0", 0), ("5", 5), ("100", 100), ("007", 7), ("<![CDATA[5]]>", 5)])
    func `numbers are digits`(text: String, number: Int64) throws {
        var reader = try Self.reader("<r><a>\(text)</a></r>")

        #expect(try reader.number(upTo: 100) == number)
    }

    @Test func `a text that is too long is refused`() throws {
        var limits = XMLLimits()
        limits.textSize = 10
        for (text, isRead) in [("0123456789", true), ("01234&lt;56789", false)] {
            var reader = XMLReader(Array("<r>\(text)</r>".utf8), limits: limits)
            try reader.root("r")

            #expect((try? reader.text()) == (isRead ? text : nil))
        }
    }

    @Test func `another root than the one that is wanted is refused`() {
        var reader = XMLReader(Array("<html/>".utf8))

        #expect(throws: XMLFault.self) { try reader.root("r") }
    }
}
