import BedrockMetering
import Foundation
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        ("0.00", 0), ("0.01", 10_000_000_000), ("-12.0045", -12_004_500_000_000),
        ("0.000000000001", 1), ("170141183460469231731687303.715884105727", Int128.max),
        ("-170141183460469231731687303.715884105728", Int128.min),
    ])
    func `amounts come back from their text`(text: String, picodollars: Int128) throws {
        let money = Money(picodollars: picodollars)

        #expect(money.description == text)
        #expect(Money(text) == money)
        #expect(
            try JSONDecoder().decode([Money].self, from: JSONEncoder().encode([money])) == [money])
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "1e3", "+1", "1,000", "0.0000000000001", "--1", "１",
        "170141183460469231731687303.715884105728",
    ])
    func `what is no amount is none`(text: String) {
        #expect(Money(text) == nil)
    }

    @Test(
        arguments: [
            0, 1, -1, 4_500_000_000, -12_004_500_000_000, 1 << 63, 1 << 64, (1 << 64) + 1,
            99_999_999_999_999_999_999_999_999_999_999_999_999,
            -99_999_999_999_999_999_999_999_999_999_999_999_999,
        ] as [Int128])
    func `amounts are decimals, and come back`(picodollars: Int128) {
        let money = Money(picodollars: picodollars)

        #expect(Money(exactly: money.dollars) == money)
    }

    @Test func `a decimal that is no whole number of steps is no amount`() throws {
        #expect(Money(exactly: try #require(Decimal(string: "0.0000000000005"))) == nil)
        #expect(Money(exactly: Decimal.nan) == nil)
        #expect(Money(exactly: try #require(Decimal(string: "1e30"))) == nil)
        #expect(Money(exactly: try #require(Decimal(string: "12.5")))?.description == "12.50")
        #expect(Money(exactly: 1200)?.description == "1200.00")
    }

    @Test func `amounts add up and can be taken away`() {
        let (one, other) = (Money(picodollars: 3), Money(picodollars: 5))

        #expect(one + other - one == other)
        #expect([one, other].reduce(.zero, +) == Money(picodollars: 8))
    }

    @Test func `more decimals than there are is an error of the caller`() async {
        await #expect(processExitsWith: .failure) { _ = Money.zero.rounded(toDecimals: 13) }
        await #expect(processExitsWith: .failure) { _ = Money.zero.rounded(toDecimals: -1) }
    }

    @Test func `a negative limit is an error of the caller`() async {
        await #expect(processExitsWith: .failure) {
            _ = UsageQuery(per: .day, during: try .day("2025-12-07"), limit: -1)
        }
        await #expect(processExitsWith: .failure) {
            var query = UsageQuery(per: .day, during: try .day("2025-12-07"))
            query.limit = -1
        }
    }
}
