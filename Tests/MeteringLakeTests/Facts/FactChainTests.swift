import BedrockMetering
import LakeTestSupport
import Testing

@testable import MeteringLake

@Suite struct FactChainTests {
    private static let day = UsageDay.on("2025-12-07")
    private static let facts: [StoredFact] = (0..<4).map { number in
        Fact.Content.dayClosed(.state(number, of: day.advanced(by: number), ["a": 1]))
    }.chained()

    private func breaks(_ facts: [StoredFact], present: Set<Int>? = nil) -> [FactBreak] {
        FactChain(facts.map(\.link)).breaks(present: present)
    }

    @Test func `facts that follow on each other make a chain, in whatever order they are read`() {
        let chain = FactChain(Self.facts.reversed().map(\.link))

        #expect(chain.breaks(present: [1, 2, 3, 4]) == [])
        #expect(chain.last == 4 && chain.head == Self.facts[3].checksum)
        #expect(FactChain().last == 0 && FactChain().head == .zeros)
    }

    @Test(arguments: 0..<3)
    func `a fact that is gone is missing`(index: Int) {
        var facts = Self.facts
        facts.remove(at: index)

        #expect(breaks(facts) == [.missing(index + 1)])
        #expect(
            breaks(Self.facts, present: Set([1, 2, 3, 4]).subtracting([index + 1]))
                == [.missing(index + 1)])
    }

    @Test func `the last fact is missed by a ledger that has read it`() {
        #expect(breaks(Self.facts, present: [1, 2, 3]) == [.missing(4)])
    }

    @Test(arguments: 0..<3)
    func `the fact after one that was changed does not follow on it`(index: Int) throws {
        var facts = Self.facts
        let fact = try #require(facts[index].fact)
        facts[index] = StoredFact(
            Fact(
                sequence: fact.sequence, previous: fact.previous,
                time: EventTime(microseconds: fact.time.microseconds + 1), tool: fact.tool,
                content: fact.content))

        #expect(breaks(facts) == [.doesNotFollow(index + 2)])
    }

    @Test(arguments: 0..<4)
    func `a fact that is damaged cannot be read, and the next one shows that it was`(index: Int) {
        var facts = Self.facts
        facts[index] = StoredFact(sequence: index + 1, bytes: Array("{".utf8))

        let breaks = breaks(facts)

        #expect(breaks.count == (index == 3 ? 1 : 2))
        #expect(breaks.first == .unreadable(index + 1, reason: "cannot be read as a fact"))
    }

    @Test func `a fact under the number of another one is none`() {
        let stored = StoredFact(sequence: 3, bytes: Self.facts[1].bytes)

        #expect(stored.fact == nil)
    }

    @Test func `what breaks the chain is told with what to do`() throws {
        let advice = try #require(
            FactBreak.advice(
                on: [.foreign(name: "x"), .missing(2), .missing(3)], of: "the lake"))

        #expect(advice.contains("_facts/0000000002.fact is missing, and 1 more"))
        #expect(advice.hasSuffix("then run meter-etl verify --lake 'the lake'"))
        #expect(FactBreak.advice(on: [.foreign(name: "x")], of: "lake") == nil)
    }
}
