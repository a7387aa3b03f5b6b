import Gzip
import Testing

/// How far inflating goes at most.
struct LimitTests {
    @Test(arguments: [1, 1000, 3_000_000])
    func `exactly the permitted bytes come out, and one more is an error`(size: Int) throws {
        let stream = member([UInt8](repeating: 0x41, count: size))
        var limits = Inflation.ampleLimits

        limits.maximumBytes = size
        #expect(try Inflation.bytes(of: stream, limits: limits).count == size)

        limits.maximumBytes = size - 1
        #expect(throws: GzipError.overLimit(byteOffset: stream.count)) {
            try Inflation.bytes(of: stream, limits: limits)
        }
    }

    @Test func `all members count together`() {
        let stream = (0..<10).flatMap { _ in member([UInt8](repeating: 1, count: 100)) }
        var limits = Inflation.ampleLimits
        limits.maximumBytes = 999

        #expect(throws: GzipError.self) { try Inflation.bytes(of: stream, limits: limits) }
    }

    @Test func `a ratio over the limit is an error`() throws {
        let stream = member([UInt8](repeating: 0, count: 65 << 20))
        var limits = Inflation.ampleLimits
        #expect(try Inflation.bytes(of: stream, limits: limits).count == 65 << 20)

        limits.maximumRatio = 100
        let error = #expect(throws: GzipError.self) {
            try Inflation.bytes(of: stream, limits: limits)
        }

        guard case .overLimit(let offset) = error else {
            Issue.record("not over the limit but \(String(describing: error))")
            return
        }
        #expect((1...stream.count).contains(offset))
    }

    @Test func `up to 64 MiB any ratio is permitted`() throws {
        let limits = GunzipLimits(maximumBytes: 1 << 30, maximumRatio: 1)
        let bytes = [UInt8](repeating: 0, count: 64 << 20)

        #expect(try Inflation.bytes(of: member(bytes), limits: limits).count == bytes.count)
        #expect(throws: GzipError.self) {
            try Inflation.bytes(of: member(bytes + [0]), limits: limits)
        }
    }

    @Test func `a bomb of two layers is found before it is inflated`() {
        let bomb = member(member([UInt8](repeating: 0, count: 96 << 20), level: 9), level: 9)
        let limits = GunzipLimits(maximumBytes: 1 << 30, maximumRatio: 1000)

        #expect(throws: GzipError.self) { try Inflation.bytes(of: bomb, limits: limits) }
    }

    @Test func `layers count together`() throws {
        let inner = member([UInt8](repeating: 7, count: 100_000))
        let stream = member(inner)
        var limits = Inflation.ampleLimits

        limits.maximumBytes = 100_000 + inner.count
        #expect(try Inflation.bytes(of: stream, limits: limits).count == 100_000)

        limits.maximumBytes -= 1
        #expect(throws: GzipError.self) { try Inflation.bytes(of: stream, limits: limits) }
    }

    @Test func `padding inside an outer layer counts`() {
        // The inner layer comes to three bytes, but only after 64 MiB of padding were inflated.
        let inner = member([1, 2, 3]) + [UInt8](repeating: 0, count: 64 << 20)
        let limits = GunzipLimits(maximumBytes: 32 << 20, maximumRatio: 2000)

        let error = #expect(throws: GzipError.self) {
            try Inflation.bytes(of: member(inner), limits: limits)
        }

        guard case .overLimit = error else {
            Issue.record("not over the limit but \(String(describing: error))")
            return
        }
    }

    @Test(arguments: 0...3)
    func `one layer more than permitted is an error`(depth: Int) throws {
        var stream: [UInt8] = [1, 2, 3, 4]
        for _ in 0..<depth { stream = member(stream) }
        let limits = GunzipLimits(
            maximumBytes: 1000,
            maximumRatio: 1000,
            maximumDepth: max(1, depth)
        )

        #expect(try Inflation.bytes(of: stream, limits: limits) == [1, 2, 3, 4])
        guard depth > 0 else { return }

        stream = member(stream)
        #expect(throws: GzipError.nestedTooDeep(byteOffset: stream.count)) {
            try Inflation.bytes(of: stream, limits: limits)
        }
    }

    @Test func `what is not compressed has no limit`() throws {
        let limits = GunzipLimits(maximumBytes: 1, maximumRatio: 1)
        let text = logText(lines: 50_000)

        #expect(try Inflation.bytes(of: text, limits: limits) == text)
    }
}
