import Gzip
import TestSupport
import Testing

/// What unsound streams come to: an error, never less than was compressed.
struct DamageTests {
    static let text = logText(lines: 6)
    static let streams: [(name: String, bytes: [UInt8])] = [
        ("one member", member(text)),
        ("two members", member(text[..<50]) + member(text[50...])),
        ("stored block", member(text, level: 0)),
        ("gzip in gzip", member(member(text[..<70]) + member(text[70...]))),
        ("zlib", zlibStream(text)),
        ("zlib in gzip", member(zlibStream(text))),
    ]

    @Test(arguments: streams.indices)
    func `a truncated gzip is an error at every length`(index: Int) {
        let stream = Self.streams[index].bytes
        let wholeMembers = index == 1 ? [member(Self.text[..<50]).count] : []

        // One byte of zlib is a letter.
        for size in (stream[0] == 0x78 ? 2 : 1)..<stream.count where !wholeMembers.contains(size) {
            #expect(throws: GzipError.truncated(byteOffset: size), "\(size) bytes") {
                try Inflation.bytes(of: Array(stream[..<size]))
            }
        }
    }

    @Test func `a truncated inner layer is an error`() {
        let inner = member(Self.text)
        for size in 3..<inner.count {
            let stream = member(inner[..<size])

            #expect(throws: GzipError.truncated(byteOffset: stream.count), "\(size) bytes") {
                try Inflation.bytes(of: stream)
            }
        }
    }

    @Test(arguments: streams.indices)
    func `a flipped byte gives the same bytes or an error`(index: Int) {
        let stream = Self.streams[index].bytes
        // A stream whose magic number is gone is not gzip and comes out as it is.
        for offset in 3..<stream.count {
            for mask in [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
                var damaged = stream
                damaged[offset] ^= mask

                let inflated = try? Inflation.bytes(of: damaged)

                #expect(
                    inflated == nil || inflated == Self.text,
                    "byte \(offset) mask \(mask)"
                )
            }
        }
    }

    @Test(arguments: streams.indices)
    func `a missing byte is an error`(index: Int) {
        let stream = Self.streams[index].bytes
        for offset in 3..<stream.count {
            var damaged = stream
            damaged.remove(at: offset)

            let inflated = try? Inflation.bytes(of: damaged)

            #expect(inflated == nil || inflated == Self.text, "byte \(offset)")
        }
    }

    @Test(arguments: [[1, 1], [0, 0, 7, 7], [0x1f, 0x8c], Array("garbage".utf8)] as [[UInt8]])
    func `bytes after a member that begin no member are corrupt`(garbage: [UInt8]) throws {
        let stream = member(Self.text) + garbage

        let error = #expect(throws: GzipError.self) { try Inflation.bytes(of: stream) }

        guard case .corrupt(let offset) = error else {
            Issue.record("not corrupt but \(String(describing: error))")
            return
        }
        #expect((stream.count - garbage.count...stream.count).contains(offset))
    }

    @Test(arguments: 1...255 as ClosedRange<UInt8>)
    func `a single byte after a member is an error`(byte: UInt8) {
        #expect(throws: GzipError.self) { try Inflation.bytes(of: member(Self.text) + [byte]) }
    }

    @Test func `a member that begins after another and is cut off is truncated`() {
        let stream = member(Self.text) + [0x1f]

        #expect(throws: GzipError.truncated(byteOffset: stream.count)) {
            try Inflation.bytes(of: stream)
        }
    }

    @Test func `a wrong checksum and a wrong length are corrupt`() {
        let stream = member(Self.text)
        for offset in stream.count - 8..<stream.count {
            var damaged = stream
            damaged[offset] ^= 0x10

            let error = #expect(throws: GzipError.self) { try Inflation.bytes(of: damaged) }

            guard case .corrupt = error else {
                Issue.record("byte \(offset): not corrupt but \(String(describing: error))")
                continue
            }
        }
    }

    @Test func `damage is found however the stream is cut into chunks`() {
        var damaged = Self.streams[3].bytes
        damaged[damaged.count / 2] ^= 0x55
        for size in 1...20 {
            let cuts = Array(stride(from: size, to: damaged.count, by: size))
            let chunks = damaged.parts(cutAt: cuts)

            #expect(throws: GzipError.self) { try Inflation.bytes(of: chunks) }
        }
    }
}
