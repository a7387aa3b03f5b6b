import BedrockMetering
import Foundation
import TestSupport
import Testing

/// Lines that a container runtime has cut into pieces.
struct PartialLinesTests {
    private static let time = "2025-12-07T01:23:45.678901234Z"

    private static func cri(_ text: String, _ flag: String = "F", stream: String = "stdout")
        -> String
    {
        "\(time) \(stream) \(flag) \(text)\n"
    }

    private static func docker(_ text: String, stream: String = "stdout") -> String {
        #"{"log":\#(Delivery.json(text)),"stream":"\#(stream)","time":"2025-12-07T01:23:45.6Z"}"#
            + "\n"
    }

    /// A text in so many pieces of about one size.
    private static func pieces(_ text: String, _ count: Int) -> [String] {
        let size = text.count / count + 1
        return stride(from: 0, to: text.count, by: size).map { start in
            String(text.dropFirst(start).prefix(size))
        }
    }

    private static func criPieces(_ text: String, _ count: Int, stream: String = "stdout")
        -> [String]
    {
        let pieces = pieces(text, count)
        return pieces.indices.map {
            cri(pieces[$0], $0 == pieces.count - 1 ? "F" : "P", stream: stream)
        }
    }

    private static func dockerPieces(_ text: String, _ count: Int) -> [String] {
        pieces(text + "\n", count).map { docker($0) }
    }

    /// Ways in which such lines come.
    private static let deliveries: [(name: String, deliver: @Sendable ([String]) -> String)] = [
        ("a file", { $0.joined() }),
        ("an export", { $0.map { Delivery.exported(String($0.dropLast())) }.joined() }),
        ("an export of printed lines", { $0.map { Delivery.exported($0) }.joined() }),
        ("a document", { Delivery.document($0) }),
        ("a payload", { Delivery.lambdaEvent(gzip($0.joined())) }),
    ]

    private static let long = UsageLine(input: 5).adding(
        "note", "\"" + String(repeating: "a b  {c}", count: 6000) + "\""
    ).json

    @Test(arguments: [1, 2, 3, 9])
    func `pieces are one event, and the line is taken`(count: Int) {
        for line in [UsageLine(input: 5).json, Self.long] {
            for pieces in [Self.criPieces(line, count), Self.dockerPieces(line, count)] {
                for (name, deliver) in Self.deliveries {
                    let outcome = Outcome(
                        of: deliver([Self.cri("START")] + pieces + [Self.cri("END")]))

                    #expect(outcome.inputs == [5], "\(name), \(pieces[0].prefix(80))")
                    #expect(outcome.counts.foreign == 2, "\(name)")
                    #expect(outcome.counts.events == 3, "\(name)")
                    #expect(outcome.rejected.isEmpty, "\(name)")
                }
            }
        }
    }

    @Test func `a piece may end anywhere, also at a space and within an escape`() {
        let line = UsageLine(input: 5).with("user_id", #""a  b\n\u00e9 c""#).json
        let whole = Outcome(of: Self.cri(line))
        #expect(whole.inputs == [5])
        for cut in 1..<line.count {
            let parts = [String(line.prefix(cut)), String(line.dropFirst(cut))]

            let cri = Outcome(of: Self.cri(parts[0], "P") + Self.cri(parts[1]))
            let docker = Outcome(of: Self.docker(parts[0]) + Self.docker(parts[1] + "\n"))

            #expect(cri.records == whole.records, "\(cut)")
            #expect(docker.records == whole.records, "\(cut)")
        }
    }

    @Test func `streams are kept apart, and other lines may lie between`() {
        let out = Self.criPieces(UsageLine(input: 1).json, 3)
        let err = Self.criPieces(UsageLine(input: 2).json, 3, stream: "stderr")
        let docker = Self.dockerPieces(UsageLine(input: 3).json, 3)

        let outcome = Outcome(
            of: (0..<3).map { out[$0] + err[$0] + docker[$0] + "REPORT\n" }.joined())

        #expect(outcome.inputs == [1, 2, 3])
        #expect(outcome.counts.foreign == 3 && outcome.counts.events == 6)
    }

    @Test func `the event lies where its first piece does, and has its time`() {
        let line = UsageLine().with("input_tokens", "-1").json
        let pieces = Self.criPieces(line, 3)

        let outcome = Outcome(of: "one\ntwo\n" + pieces[0] + "three\n" + pieces[1] + pieces[2])

        #expect(outcome.rejected.map(\.number) == [3] && outcome.rejected.map(\.byteOffset) == [8])
        #expect(outcome.reasons == [.negative(.inputTokens)])
        let untimed = Self.criPieces(UsageLine(input: 4).without("timestamp").json, 2)
        let times = Outcome(of: untimed.joined()).records.map(\.time.microseconds)
        #expect(times == [1_765_070_625_678_901])
    }

    @Test func `pieces whose end is missing are rejected if they bear usage`() {
        let line = UsageLine(input: 5).json
        let cases: [(text: String, rejected: Int, foreign: Int, inputs: [Int64])] = [
            (Self.cri(line, "P"), 1, 0, []),
            (Self.cri(String(line.prefix(70)), "P"), 1, 0, []),
            (Self.cri("START", "P"), 0, 1, []),
            (Self.cri("", "P"), 0, 1, []),
            (Self.docker(String(line.prefix(90))), 1, 0, []),
            (Self.docker(String(line.prefix(90))) + Self.docker(line + "\n"), 1, 0, [5]),
            (Self.docker(String(repeating: "x", count: 16384)), 0, 1, []),
            (Self.docker(line), 0, 0, [5]),
            (Self.cri(line, "P") + Self.cri(line, "P", stream: "stderr"), 2, 0, []),
            (Self.cri(line, "P:x") + Self.cri("", "F:x"), 0, 0, [5]),
        ]
        for (text, rejected, foreign, inputs) in cases {
            let outcome = Outcome(of: text)

            #expect(outcome.counts.rejected == rejected, "\(text)")
            #expect(outcome.counts.foreign == foreign, "\(text)")
            #expect(outcome.inputs == inputs, "\(text)")
            #expect(outcome.reasons.allSatisfy { $0 == .unfinishedLine }, "\(text)")
            #expect(outcome.addsUp)
        }
    }

    @Test func `a line of pieces may be as long as any other`() {
        let limits = DecodingLimits(maximumLineSize: 2000)
        func line(_ size: Int) -> String {
            let line = UsageLine(input: 5).adding("x", "\"\"").json
            return line.replacing(
                "\"\"", with: "\"" + String(repeating: "y", count: size - line.count) + "\"")
        }
        let head = Self.cri("").utf8.count - 1
        for (size, reasons) in [(2000 - head, []), (2001 - head, [RejectionReason.lineTooLong])] {
            let outcome = Outcome(of: Self.criPieces(line(size), 4).joined(), limits: limits)

            #expect(outcome.reasons == reasons)
            #expect(outcome.counts.events == 1)
        }
        let endless = (0..<3000).map { _ in Self.cri("{\"tenant_id\": 12345", "P") }.joined()
        #expect(Outcome(of: endless, limits: limits).reasons == [.unfinishedLine])
    }

    @Test(.timeLimit(.minutes(1)))
    func `short pieces without end are not looked at again and again`() {
        let pieces = Self.docker("{\"a\":[") + (0..<3000).map { _ in Self.docker("1,") }.joined()

        #expect(Outcome(of: pieces).addsUp)
    }

    @Test(arguments: Fuzzing.seeds(3))
    func `lines cut at random come out as whole ones, however the object comes`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var generator = LineGenerator(seed: seed)
        for round in 0..<60 {
            let lines = generator.lines(12).map { String(decoding: $0, as: UTF8.self) }
                .filter {
                    !$0.contains("\n") && !$0.contains("\r") && !$0.contains("\u{fffd}")
                        && !$0.isEmpty
                }
            var queues: [[String]] = [[], []]
            for line in lines {
                let stream = Int.random(in: 0...1, using: &random)
                queues[stream] += Self.criPieces(
                    line, Int.random(in: 1...4, using: &random),
                    stream: ["stdout", "stderr"][stream])
            }
            let ordered = queues
            var object = ""
            while queues.contains(where: { !$0.isEmpty }) {
                let stream = Int.random(in: 0...1, using: &random)
                if !queues[stream].isEmpty { object += queues[stream].removeFirst() }
            }

            let outcome = Outcome(of: object)
            let whole = Outcome(of: lines.map { Self.cri($0) }.joined())

            #expect(outcome.addsUp)
            #expect(outcome.counts == whole.counts, "round \(round)")
            #expect(
                outcome.inputs.sorted() == whole.inputs.sorted(), "round \(round) \(ordered.count)")
            let cuts = random.cuts(of: object.utf8.count, count: 5)
            #expect(Outcome(of: Array(object.utf8).parts(cutAt: cuts)) == outcome)
        }
    }

    @Test(arguments: Fuzzing.seeds(2))
    func `damaged pieces add up, and come out alike in parts`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<200 {
            let count = Int.random(in: 1...4, using: &random)
            let line = UsageLine(input: 1).json
            var object = Array(
                (Self.criPieces(line, count) + Self.dockerPieces(line, count)).shuffled(
                    using: &random
                ).joined().utf8)
            for _ in 0..<3 { Mutation.apply(to: &object, using: &random) }

            let outcome = Outcome(of: object)

            #expect(outcome.addsUp, "round \(round)")
            #expect(Outcome(of: object.map { [$0] }) == outcome, "round \(round)")
        }
    }
}
