import TestSupport
import Testing

@testable import BedrockMetering

/// Sums of a day by tenant and model.
@Suite struct SymbolSumsTests {
    /// How many tenants and models there are, from a few to more than the grid has room for.
    @Test(arguments: [(1, 1), (3, 2), (500, 7), (40, 3000), (3000, 40), (20_000, 1), (700, 700)])
    func `sums are those of each pair of names`(tenants: Int, models: Int) {
        var random = SeededGenerator(seed: UInt64(tenants * 31 + models))
        var symbols = UsageSymbols()
        var sums = SymbolSums()
        var expected: [TenantModel: UsageTotals] = [:]
        for number in 0..<20_000 {
            // Names come one by one, as they do from a day's file.
            let tenant = "t\(Int.random(in: 0..<min(tenants, 1 + number / 2), using: &random))"
            let model = "m\(Int.random(in: 0..<min(models, 1 + number / 3), using: &random))"
            let tokens = TokenCounts(input: Int64(number), output: 1, total: Int64(number) + 1)
            sums.add(
                StoredUsage(
                    time: 0, tokens: tokens, request: .none,
                    tenant: symbols.tenants.symbol(of: tenant), user: 0,
                    model: symbols.models.symbol(of: model)), symbols)
            expected[TenantModel(TenantID(tenant), ModelID(model)), default: UsageTotals()]
                .add(tokens)
        }

        #expect(sums.byName(symbols) == expected)
    }
}
