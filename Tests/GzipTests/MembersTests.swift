import Gzip
import TestSupport
import Testing

/// What comes out of sound streams.
struct MembersTests {
    @Test(arguments: [0, 1, 2, 3, 4, 100, 65_535, 65_536, 65_537, 1_000_000])
    func `what was compressed comes out again`(size: Int) throws {
        var random = SeededGenerator(seed: UInt64(size))
        let bytes = (0..<size).map { _ in UInt8.random(in: 0..<64, using: &random) }

        let inflated = try Inflation.bytes(of: member(bytes))

        #expect(inflated == bytes)
    }

    @Test(arguments: 0...9)
    func `every level comes out again`(level: Int) throws {
        let text = logText(lines: 500)

        #expect(try Inflation.bytes(of: member(text, level: level)) == text)
    }

    @Test(arguments: [2, 3, 1000])
    func `all members come out, not the first alone`(count: Int) throws {
        let texts = (0..<count).map { logText(lines: $0 % 5) }

        let inflated = try Inflation.bytes(of: texts.flatMap { member($0) })

        #expect(inflated == texts.flatMap { $0 })
    }

    @Test func `members without content are passed`() throws {
        let stream = member([]) + member([]) + member([1, 2, 3]) + member([])

        #expect(try Inflation.bytes(of: stream) == [1, 2, 3])
    }

    @Test(arguments: 1...3)
    func `gzip inside gzip comes out, up to three layers`(layers: Int) throws {
        let text = logText(lines: 3000)
        var stream = text
        for _ in 0..<layers {
            let half = stream.count / 2
            stream = member(stream[..<half]) + member(stream[half...])
        }

        #expect(try Inflation.bytes(of: stream) == text)
    }

    @Test func `a gzip layer that begins in another member is told by its first bytes`() throws {
        let inner = member([7, 8, 9])

        // The outer members hold one byte of the inner stream each.
        let stream = inner.flatMap { member([$0]) }

        #expect(try Inflation.bytes(of: stream) == [7, 8, 9])
    }

    static let notGzip: [[UInt8]] = [
        [], [0x0a], [0x0a, 0x7b], [0x1f, 0x1f], Array("text, longer than the magic number".utf8),
        [0x1f, 0x8b, 0x07, 1, 2, 3], [0x1f, 0x9d, 0x90],
    ]

    @Test(arguments: notGzip)
    func `what is not gzip comes out as it is`(bytes: [UInt8]) throws {
        #expect(try Inflation.bytes(of: bytes) == bytes)
    }

    @Test(arguments: [[0x1f], [0x1f, 0x8b], [0x7b], [0x1f, 0x8b, 0x09, 0]] as [[UInt8]])
    func `short content of a member is not taken for another layer`(bytes: [UInt8]) throws {
        #expect(try Inflation.bytes(of: member(bytes)) == bytes)
    }

    @Test(arguments: [1, 511, 70_000])
    func `zeros after and between members are padding`(size: Int) throws {
        let padding = [UInt8](repeating: 0, count: size)

        let stream = member([1, 2]) + padding + member([3]) + padding

        #expect(try Inflation.bytes(of: stream) == [1, 2, 3])
    }

    @Test func `optional header fields are passed`() throws {
        // Extra field, name, comment and header checksum, as RFC 1952 has them.
        let plain = member([42])
        let fields: [UInt8] = [2, 0, 9, 9] + Array("name\0comment\0".utf8)
        let stream = [0x1f, 0x8b, 8, 4 | 8 | 16, 1, 2, 3, 4, 0, 3] + fields + plain[10...]

        #expect(try Inflation.bytes(of: stream) == [42])
    }
}
