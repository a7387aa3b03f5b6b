import BedrockMetering
import Foundation
import Testing

/// Usage lines inside what loggers, routers and services wrap around them.
struct WrappedUsageTests {
    @Test(arguments: Wrapper.all)
    func `the line is taken, once, with its own time`(wrapper: Wrapper) {
        let event = wrapper.wrap(UsageLine(input: 7).json)
        for (name, deliver) in Wrapper.deliveries {
            let outcome = Outcome(of: deliver(event))

            #expect(outcome.records == [UsageLine.record(input: 7)], "\(name)")
            #expect(outcome.rejected.isEmpty, "\(name)")
            #expect(outcome.addsUp)
        }
    }

    @Test(arguments: Wrapper.loggers + Wrapper.routers + Wrapper.services)
    func `an unsound line is rejected for what is wrong with it, and kept itself`(wrapper: Wrapper)
    {
        let line = UsageLine().with("input_tokens", "-1").json
        for (name, deliver) in Wrapper.deliveries {
            let outcome = Outcome(of: deliver(wrapper.wrap(line)))

            #expect(outcome.records.isEmpty, "\(name)")
            #expect(outcome.reasons == [.negative(.inputTokens)], "\(name)")
            #expect(outcome.rejected.allSatisfy { $0.byteOffset >= 0 && $0.number >= 1 })
        }
    }

    @Test(arguments: Wrapper.all)
    func `a line that was cut is rejected, never foreign`(wrapper: Wrapper) {
        let line = UsageLine().json
        for size in [125, 150, line.utf8.count - 1] {
            for (name, deliver) in Wrapper.deliveries {
                let outcome = Outcome(of: deliver(wrapper.wrap(String(line.prefix(size)))))

                let isPayload = Wrapper.payloads.contains {
                    $0.testDescription == wrapper.testDescription
                }
                // In Base64 under some other key nothing tells what is cut before its type.
                guard !isPayload || size > 150 else { continue }
                #expect(outcome.records.isEmpty, "\(name), \(size)")
                #expect(!outcome.rejected.isEmpty, "\(name), \(size)")
            }
        }
    }

    @Test func `lines of one event are events of their own`() {
        let lines = UsageLine.lines(1...3)
        let bad = UsageLine().without("tenant_id").json
        let events = [
            "[" + (lines + [bad]).joined(separator: ", ") + "]",
            (lines + [bad]).joined(separator: " "),
            (lines + [bad]).joined(separator: "\\n").isEmpty
                ? "" : "INFO " + (lines + [bad]).joined(separator: " INFO "),
            #"{"a": {"b": \#(lines[0])}, "c": [\#(lines[1]), {"d": \#(Wrapper.text(lines[2]))}], "e": \#(bad)}"#,
            #"{"text": \#(Wrapper.text((lines + [bad]).joined(separator: "\n")))}"#,
        ]
        for event in events {
            let outcome = Outcome(of: Delivery.exported(event))

            #expect(outcome.inputs == [1, 2, 3], "\(event)")
            #expect(outcome.reasons == [.missing(.tenant)], "\(event)")
            #expect(outcome.rejected.map(\.bytes) == [Array(bad.utf8)], "\(event)")
            #expect(outcome.counts.events == 4)
        }
    }

    @Test func `nothing is looked for inside a usage line`() {
        let line = UsageLine(input: 1).adding("copy", UsageLine(input: 2).json)
            .adding("text", Wrapper.text(UsageLine(input: 3).json)).adding("tenant", #""x""#)

        #expect(Outcome(of: Delivery.exported(line.json)).inputs == [1])
        #expect(Outcome(of: #"{"message": \#(line.json)}"#).inputs == [1])
    }

    @Test func `events that are told apart by their size are read in any number`() {
        let wrapper = Wrapper.loggers[1]
        let text = (0..<5000).map { wrapper.wrap(UsageLine(input: $0).json) }

        #expect(Outcome(of: text.joined(separator: "\n")).inputs == (0..<5000).map(Int64.init))
        #expect(Outcome(of: text.joined()).inputs == (0..<5000).map(Int64.init))
        let array = "[" + UsageLine.lines(0..<3000).joined(separator: ",") + "]"
        #expect(Outcome(of: Delivery.exported(array)).inputs == (0..<3000).map(Int64.init))
    }

    @Test(arguments: 1...20)
    func `lines lie at any depth up to 16, and deeper ones are rejected`(depth: Int) {
        let line = UsageLine(input: 1).json
        let forms: [(String) -> String] = [
            { #"{"a": \#($0)}"# }, { "[1, \($0)]" },
            { $0.utf8.count < 200_000 ? #"{"a": \#(Wrapper.text($0))}"# : $0 },
        ]
        for (index, form) in forms.enumerated() {
            // A text in an object are two levels.
            let count = index == 2 ? depth / 2 : depth
            guard count > 0, index < 2 || count < 9 else { continue }
            let event = (0..<count).reduce(line) { event, _ in form(event) }

            let outcome = Outcome(of: Delivery.exported(event))

            let isTaken = (index == 2 ? 2 * count : count) <= 16
            #expect(outcome.inputs == (isTaken ? [1] : []), "form \(index)")
            // At an array nothing but the reason of text that is no object is known.
            let reason = index == 1 ? RejectionReason.notJSONObject : .nestedTooDeep
            #expect(outcome.reasons == (isTaken ? [] : [reason]), "form \(index)")
        }
    }
}
