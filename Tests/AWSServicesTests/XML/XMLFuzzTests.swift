import AWSServices
import TestSupport
import Testing

/// Documents that are made up, and what is left of them after some blows. `xml_crosscheck.py` compares what is
/// refused with another parser.
@Suite struct XMLFuzzTests {
    /// Makes documents of all that there is in them, and knows what they come to.
    private struct Author {
        var random: SeededGenerator
        var pieces: [XMLPiece] = []

        private static let names = ["a", "Key", "ä", "x1", "_", "Contents", "b-c.d", "s:k"]
        private static let texts = [
            ("k", "k"), (" ", " "), ("\n", "\n"), ("\t", "\t"), ("é", "é"),
            ("\r\nx", "\nx"), ("\rx", "\nx"), ("\u{1f600}", "\u{1f600}"), ("]", "]"), ("'", "'"),
            ("\"", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""),
            ("&apos;", "'"), ("&#65;", "A"), ("&#x1F600;", "\u{1f600}"), ("&#13;x", "\rx"),
            ("<![CDATA[]]>", ""), ("<![CDATA[<&]]>", "<&"), ("<![CDATA[\r\n]] >]]>", "\n]] >"),
            ("<!---->", ""), ("<!-- <a> & -->", ""), ("<?b?>", ""), ("<?b <c>?>", ""),
        ]
        private static let values = ["", "v", "&amp;", "&#9;", "é", ">", "\n"]

        mutating func document() -> [UInt8] {
            pieces = []
            let heads = [
                "", "<?xml version=\"1.0\"?>", "<?xml version='1.0' encoding='utf-8'?>\n",
                "<!-- c -->", "\u{feff}", "\n<?xml version=\"1.0\"?>",
            ]
            let text =
                random.pick(heads) + element(depth: 0) + random.pick(["", "\n", "<?b?>"])
            return Array(text.utf8)
        }

        private mutating func element(depth: Int) -> String {
            let name = random.pick(Self.names)
            pieces.append(.start(name))
            defer { pieces.append(.end) }
            var start = "<" + name
            for attribute in Self.names.prefix(Int.random(in: 0...2, using: &random)) {
                let value = random.pick(Self.values)
                start += " \(attribute)=" + random.pick(["\"\(value)\"", "'\(value)'"])
            }
            guard random.happens(percent: 85) else { return start + "/>" }
            var text = start + random.pick([">", " >"])
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                if depth < 6, random.happens(percent: 40) {
                    text += element(depth: depth + 1)
                } else {
                    let (written, meant) = random.pick(Self.texts)
                    text += written
                    pieces.add(meant)
                }
            }
            return text + "</\(name)>"
        }

        private static let blows =
            (texts.map(\.0) + [
                "<", ">", "/", "&", "&#", ";", "=", "<a>", "</a>", "<!", "<!--", "-->", "--", "<?",
                "?>", "<![CDATA[", "]]>", "&b;", "&#0;", "&#xD800;", "\u{0}", "\u{fffe}",
            ]).map { Array($0.utf8) } + [[0x80], [0xc3], [0xed, 0xa0, 0x80], [0xff], []]

        mutating func damaged(_ document: [UInt8]) -> [UInt8] {
            var document = document
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let start = Int.random(in: 0...document.count, using: &random)
                let end = min(document.count, start + Int.random(in: 0...3, using: &random))
                document.replaceSubrange(start..<end, with: random.pick(Self.blows))
            }
            return document
        }
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `documents come to what they were made of`(seed: UInt64) throws {
        var author = Author(random: SeededGenerator(seed: seed))
        for _ in 0..<50 {
            let document = author.document()

            let pieces = try XMLReader.pieces(of: document)

            #expect(pieces == author.pieces, "\(String(decoding: document, as: UTF8.self))")
        }
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `a document that ends early is none`(seed: UInt64) {
        var author = Author(random: SeededGenerator(seed: seed))
        let document = author.document()
        let end = document.lastIndex { $0 == UInt8(ascii: ">") } ?? 0
        let isOver = document[...end].suffix(2) == [UInt8(ascii: "?"), UInt8(ascii: ">")]
        for size in 0..<(isOver ? 0 : end) {
            #expect(throws: XMLFault.self) {
                try XMLReader.pieces(of: Array(document.prefix(size)))
            }
        }
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `damaged documents are refused at a place in them, or have as many ends as starts`(
        seed: UInt64
    ) {
        var author = Author(random: SeededGenerator(seed: seed))
        for _ in 0..<200 {
            let document = author.damaged(author.document())
            do throws(XMLFault) {
                let pieces = try XMLReader.pieces(of: document)
                let starts = pieces.count { if case .start = $0 { true } else { false } }
                #expect(starts == pieces.count { $0 == .end })
                #expect(starts > 0)
            } catch {
                #expect((0...document.count).contains(error.offset))
            }
        }
    }
}
