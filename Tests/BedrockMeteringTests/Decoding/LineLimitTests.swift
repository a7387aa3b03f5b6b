import Testing

@testable import BedrockMetering

/// Events that are longer than the limit.
struct LineLimitTests {
    static let sizes = [300, 1000, 600_000, 1 << 20]

    /// A usage line of exactly `size` bytes.
    private func line(input: Int, size: Int) -> String {
        let line = UsageLine(input: input)
        let filler = size - line.adding("filler", #""""#).json.utf8.count
        return line.adding("filler", "\"" + String(repeating: "x", count: filler) + "\"").json
    }

    private func limits(_ size: Int) -> DecodingLimits { DecodingLimits(maximumLineSize: size) }

    /// What is rejected of a line that is too long: as much as the limit permits.
    private func rejected(_ line: String, at number: Int, _ offset: Int, limit: Int) -> RejectedLine
    {
        RejectedLine(
            number: number,
            byteOffset: offset,
            reason: .lineTooLong,
            bytes: Array(line.utf8.prefix(limit))
        )
    }

    @Test(arguments: [DecodingLimits.largestLineSize, DecodingLimits.largestLineSize + 1, .max])
    func `a limit beyond what places in a text can number is taken for the largest`(size: Int) {
        let line = line(input: 1, size: 600_000)
        let document = Delivery.document([UsageLine(input: 2).json, line])

        for text in [line + "\n" + line, document, Delivery.exported(line)] {
            let outcome = Outcome(of: text, limits: limits(size))

            #expect(outcome.rejected.isEmpty && outcome.inputs.contains(1))
        }
        #expect(
            DecodingSession(named: "a", limits: limits(size)).events.limits
                == limits(DecodingLimits.largestLineSize)
        )
    }

    @Test(arguments: sizes, ["\n", ""])
    func `a line at the limit is taken, and a byte more is too long`(size: Int, delimiter: String) {
        let first = UsageLine(input: 1).json + delimiter
        for excess in [0, 1, 2, 77, size] {
            let long = line(input: 2, size: size + excess)
            let text = first + long + delimiter + line(input: 3, size: size) + delimiter + first

            let outcome = Outcome(of: text, limits: limits(size))

            let isTooLong = excess > 0
            #expect(outcome.inputs == (isTooLong ? [1, 3, 1] : [1, 2, 3, 1]), "\(excess) more")
            #expect(
                outcome.rejected
                    == (isTooLong
                        ? [
                            rejected(
                                long,
                                at: delimiter.isEmpty ? 1 : 2,
                                first.utf8.count,
                                limit: size
                            )
                        ] : [])
            )
            #expect(outcome.counts.foreign == 0)
        }
    }

    @Test(arguments: sizes)
    func `the time of an export task's line does not count`(size: Int) {
        let first = Delivery.exported(UsageLine(input: 1).json)
        for excess in [0, 1, 2, 77, size] {
            let long = line(input: 2, size: size + excess)
            let text =
                first + Delivery.exported(long) + Delivery.exported(line(input: 3, size: size))

            let outcome = Outcome(of: text, limits: limits(size))

            let isTooLong = excess > 0
            #expect(outcome.inputs == (isTooLong ? [1, 3] : [1, 2, 3]), "\(excess) more")
            #expect(
                outcome.rejected
                    == (isTooLong ? [rejected(long, at: 2, first.utf8.count, limit: size)] : [])
            )
        }
    }

    @Test(arguments: sizes)
    func `the message counts, not its document and not its escapes`(size: Int) {
        for excess in [0, 1, 2, 77] {
            let long = line(input: 2, size: size + excess)
            let text = Delivery.document([UsageLine(input: 1).json, long, UsageLine(input: 3).json])

            let outcome = Outcome(of: text + text, limits: limits(size))

            let inputs: [Int64] = excess > 0 ? [1, 3] : [1, 2, 3]
            #expect(outcome.inputs == inputs + inputs, "\(excess) more")
            #expect(outcome.reasons == (excess > 0 ? [.lineTooLong, .lineTooLong] : []))
            #expect(outcome.rejected.allSatisfy { $0.bytes == Array(long.utf8.prefix(size)) })
        }
    }

    @Test(arguments: [
        "x", "{\"a\": \"x", "{\"a\": [", "2025-12-07T01:00:00.000Z ", "{\"logEvents\":[{\"id\":\"",
    ])
    func `a line without an end is not held`(start: String) throws {
        let chunk = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
        var sink = CountingSink()
        var session = DecodingSession(named: "object", limits: limits(1 << 20))
        try session.feed(Array(start.utf8).span.bytes, into: &sink)

        for _ in 0..<12 {
            try session.feed(chunk.span.bytes, into: &sink)
            #expect(session.events.window.memory.count < 10 << 20)
        }
        let rest = "\n" + Delivery.exported(UsageLine(input: 1).json)
        try session.feed(Array(rest.utf8).span.bytes, into: &sink)
        let counts = try session.finish(into: &sink)

        #expect(sink.reasons.first == .lineTooLong || start.contains("["))
        #expect(counts.usage == 1 || !start.hasPrefix("2025"))
        #expect(sink.longest <= 1 << 20)
    }

    @Test func `a long text line is rejected and its neighbours are kept`() {
        let long = String(repeating: "x", count: 5000)
        let text = [UsageLine(input: 1).json, long, UsageLine(input: 2).json].joined(
            separator: "\n"
        )

        let outcome = Outcome(of: text, limits: limits(1000))

        #expect(outcome.inputs == [1, 2])
        #expect(outcome.reasons == [.lineTooLong])
    }

    @Test func `a long message of several lines is taken line by line`() {
        let trace = (0..<100).map { "  at frame \($0)" }.joined(separator: "\n")
        let text = Delivery.exported(trace) + Delivery.exported(UsageLine(input: 1).json)

        let whole = Outcome(of: text, limits: limits(trace.utf8.count))
        let lines = Outcome(of: text, limits: limits(trace.utf8.count - 1))

        #expect(whole.counts.foreign == 1)
        #expect(lines.counts.foreign == 100)
        #expect(whole.inputs == [1])
        #expect(lines.inputs == [1])
    }

    static let limited: [String] = {
        let lines = (0..<4).map { UsageLine(input: $0).json }
        let long = UsageLine(input: 8).adding("x", "\"" + String(repeating: "y", count: 150) + "\"")
            .json
        let text = "text " + String(repeating: "z", count: 330)
        return [
            lines[0] + "\n" + long + "\n" + lines[1] + "\n" + text + "\n" + lines[2],
            lines[0] + long + lines[1] + "\n" + text + "\n" + long + lines[2],
            [lines[0], long, "a\nb", "short\n" + text, text + "\nshort", lines[1], text, lines[2]]
                .map { Delivery.exported($0) }.joined(),
            Delivery.document([lines[0], long, text, lines[1]]) + Delivery.document([lines[2]]),
        ]
    }()

    @Test(arguments: limited.indices)
    func `what is too long does not depend on how the object is cut`(index: Int) {
        let bytes = Array(Self.limited[index].utf8)
        let whole = Outcome(of: bytes, limits: limits(300))
        #expect(whole.reasons.contains(.lineTooLong))

        let differing = stride(from: 0, to: bytes.count, by: 3).filter { cut in
            Outcome(of: [bytes[..<cut], bytes[cut...]], limits: limits(300)) != whole
        }
        #expect(differing.isEmpty, "\(differing.count) cuts, from \(differing.first ?? 0) on")
        let single = Outcome(of: bytes.map { [$0] }, limits: limits(300))
        #expect(single.counts == whole.counts)
        #expect(single.rejected.map(\.byteOffset) == whole.rejected.map(\.byteOffset))
        #expect(single == whole)
    }
}

private struct CountingSink: UsageSink {
    var reasons: [RejectionReason] = []
    var longest = 0

    mutating func consume(_ batch: borrowing UsageBatch) {}

    mutating func reject(_ line: RejectedLine) {
        reasons.append(line.reason)
        longest = max(longest, line.bytes.count)
    }

    mutating func commit() {}
    mutating func rollback() {}
}
