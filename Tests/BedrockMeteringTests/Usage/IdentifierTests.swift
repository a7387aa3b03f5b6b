import Testing

@testable import BedrockMetering

@Suite struct IdentifierTests {
    @Test(arguments: [
        ("\u{ac00}", "\u{1100}\u{1161}"),
        ("\u{e9}", "e\u{301}"),
        ("\u{212b}", "\u{c5}"),
        ("\u{1e69}", "s\u{323}\u{307}"),
        ("s\u{323}\u{307}", "s\u{307}\u{323}"),
    ])
    func `names that Unicode calls equivalent are two tenants`(one: String, other: String) {
        #expect(one == other, "the case is one that String merges")

        #expect(TenantID(one) != TenantID(other))
        #expect(Set([TenantID(one), TenantID(other)]).count == 2)
        #expect((TenantID(one) < TenantID(other)) != (TenantID(other) < TenantID(one)))
    }

    @Test func `names are ordered by their UTF-8 bytes`() {
        let names = RandomUsage.names + ["\u{ffff}", "\u{10000}", "a", "a\u{0}", "aa", "z", "é"]

        let sorted = names.map { TenantID($0) }.sorted().map { Array($0.rawValue.utf8) }

        let expected = names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(sorted == expected)
    }

    @Test func `equal bytes are one name however they were made`() {
        let made = "tenant-" + String(decoding: [0xea, 0xb0, 0x80], as: UTF8.self)

        #expect(TenantID(made) == "tenant-\u{ac00}")
        #expect(Set([TenantID(made), "tenant-\u{ac00}"]).count == 1)
    }
}
