import BedrockMetering
import Testing

@Suite struct PriceBookTests {
    private static let day = UsageDay.named("2025-12-07")

    private static func price(_ text: String) throws -> TokenPrice {
        try #require(TokenPrice(usdPerMillionTokens: text))
    }

    private static func entry(
        _ model: ModelID, from first: UsageDay, to last: UsageDay? = nil, input: String = "1"
    ) throws -> PriceBook.Entry {
        var entry = PriceBook.Entry(
            model: model, first: first, input: try price(input), output: try price("10"),
            cacheRead: try price("0.1"), cacheWrite: try price("1.25"))
        if let last { entry.last = last }
        return entry
    }

    @Test func `a price holds from its first to its last day`() throws {
        let book = try PriceBook([
            Self.entry("b", from: Self.day.advanced(by: 3), input: "3"),
            Self.entry("a", from: Self.day),
            Self.entry("b", from: Self.day, to: Self.day.advanced(by: 1), input: "2"),
        ])

        func input(_ model: ModelID, _ offset: Int) -> Money? {
            book.cost(
                of: TokenCounts(input: 1), model: model, on: Self.day.advanced(by: offset))
        }

        #expect(input("b", -1) == nil)
        #expect(input("b", 0) == Money(picodollars: 2_000_000))
        #expect(input("b", 1) == Money(picodollars: 2_000_000))
        #expect(input("b", 2) == nil)
        #expect(input("b", 3) == Money(picodollars: 3_000_000))
        #expect(input("a", 9000) == Money(picodollars: 1_000_000))
        #expect(input("c", 0) == nil)
        #expect(book.entry(of: "b", on: Self.day)?.last == Self.day.advanced(by: 1))
    }

    @Test func `books are equal by their entries`() throws {
        let entries = [
            try Self.entry("a", from: Self.day), try Self.entry("b", from: Self.day),
        ]

        #expect(try PriceBook(entries) == PriceBook(entries.reversed()))
        #expect(try Set([PriceBook(entries), PriceBook(entries.reversed())]).count == 1)
    }

    @Test func `a cost has parts by kinds of tokens`() throws {
        let book = try PriceBook([Self.entry("a", from: Self.day)])
        let tokens = TokenCounts(input: 1, output: 2, cacheRead: 3, cacheWrite: 4)
        let record = UsageRecord(
            time: Self.day.start, tenant: "t", user: "u", model: "a", tokens: tokens)
        let query = UsageQuery(per: .month, during: .day(Self.day), prices: book)

        let cost = try #require(try query.rows(from: [record, record])[0].cost)

        #expect(
            cost.parts
                == TokenCosts(
                    input: Money(picodollars: 2_000_000), output: Money(picodollars: 40_000_000),
                    cacheRead: Money(picodollars: 600_000),
                    cacheWrite: Money(picodollars: 10_000_000)))
        #expect(cost.parts?.total == cost.priced && cost.total == cost.priced)
    }

    @Test func `parts stay known until a cost without them is added`() throws {
        let parts = UsageCost(parts: TokenCosts(input: Money(picodollars: 1)))
        let sum = UsageCost(priced: Money(picodollars: 2))

        #expect((UsageCost() + parts).parts?.input == Money(picodollars: 1))
        #expect((parts + sum).parts == nil && (parts + sum).priced == Money(picodollars: 3))
    }
}
