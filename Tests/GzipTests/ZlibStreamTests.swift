import Gzip
import TestSupport
import Testing

/// Streams of zlib, and text that begins as they do.
struct ZlibStreamTests {
    @Test(arguments: 0...9, [0, 1, 40, 70_000])
    func `every level and size comes out again`(level: Int, size: Int) throws {
        let bytes = logText(lines: 1 + size / 20).prefix(size)

        #expect(try Inflation.bytes(of: zlibStream(bytes, level: level)) == Array(bytes))
    }

    @Test func `what other programs have written comes out`() throws {
        // zlib.compress(b"one line\n" * 3, level) of Python for the levels 1, 4, 6 and 9, and with a window
        // of 512 bytes.
        let streams: [[UInt8]] = [
            [
                0x78, 0x01, 0xcb, 0xcf, 0x4b, 0x55, 0xc8, 0xc9, 0xcc, 0x4b, 0xe5, 0xca, 0xc7, 0x60,
                0x00, 0x00, 0x85, 0x5f, 0x09, 0x3d,
            ],
            [
                0x78, 0x5e, 0xcb, 0xcf, 0x4b, 0x55, 0xc8, 0xc9, 0xcc, 0x4b, 0xe5, 0xca, 0xc7, 0x60,
                0x00, 0x00, 0x85, 0x5f, 0x09, 0x3d,
            ],
            [
                0x78, 0x9c, 0xcb, 0xcf, 0x4b, 0x55, 0xc8, 0xc9, 0xcc, 0x4b, 0xe5, 0xca, 0xc7, 0x60,
                0x00, 0x00, 0x85, 0x5f, 0x09, 0x3d,
            ],
            [
                0x78, 0xda, 0xcb, 0xcf, 0x4b, 0x55, 0xc8, 0xc9, 0xcc, 0x4b, 0xe5, 0xca, 0xc7, 0x60,
                0x00, 0x00, 0x85, 0x5f, 0x09, 0x3d,
            ],
            [
                0x18, 0x95, 0xcb, 0xcf, 0x4b, 0x55, 0xc8, 0xc9, 0xcc, 0x4b, 0xe5, 0xca, 0xc7, 0x60,
                0x00, 0x00, 0x85, 0x5f, 0x09, 0x3d,
            ],
        ]
        for stream in streams {
            let text = try Inflation.bytes(of: stream)

            #expect(text == Array("one line\none line\none line\n".utf8))
        }
    }

    @Test func `layers of both kinds come out, in any order and one after another`() throws {
        let text = logText(lines: 300)
        let streams = [
            zlibStream(member(text)), member(zlibStream(text)), zlibStream(zlibStream(text)),
            zlibStream(text[..<100]) + zlibStream(text[100...]),
            zlibStream(text[..<100]) + [0, 0, 0] + member(text[100...]),
            member(text[..<100]) + zlibStream(text[100...]),
        ]
        for stream in streams { #expect(try Inflation.bytes(of: stream) == text) }
    }

    @Test(arguments: [
        "x", "x^", "x^2", "x^2 + y^2 = z^2, which holds for right angles, as is known since long",
        "x^\n2025-12-07T01:00:00.000Z START RequestId: 8f3c1d1e Version: $LATEST\nEND\n",
        "x\u{680}", "x\u{680} is an Arabic letter, and so are \u{681} and \u{682}", "x and y",
        "xylophone",
    ])
    func `text that begins as zlib does comes out as it is`(text: String) throws {
        let bytes = Array(text.utf8)

        for stream in [bytes, member(bytes)] {
            #expect(try Inflation.bytes(of: stream) == bytes)
            #expect(try Inflation.bytes(of: stream.map { [$0] }) == bytes)
        }
    }

    @Test func `text of any first two letters comes out as it is`() throws {
        let rest = Array(
            " went into the log, and a number of other words with it, as it seems.\n".utf8)
        for first in 0x20..<0x7f as Range<UInt8> {
            for second in 0x20..<0x7f as Range<UInt8> {
                let text = [first, second] + rest
                let output = try? Inflation.bytes(of: text)

                if output != text { Issue.record("\(first) \(second)") }
            }
        }
    }

    @Test func `a wrong checksum, a missing byte and a byte too many are errors`() {
        let stream = zlibStream(logText(lines: 20))
        var changed = stream
        changed[stream.count - 1] ^= 1

        #expect(throws: GzipError.self) { try Inflation.bytes(of: changed) }
        #expect(throws: GzipError.truncated(byteOffset: stream.count - 1)) {
            try Inflation.bytes(of: Array(stream.dropLast()))
        }
        #expect(throws: GzipError.self) { try Inflation.bytes(of: stream + [0x31]) }
    }
}
