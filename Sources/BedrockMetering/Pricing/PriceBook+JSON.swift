public import Foundation

extension PriceBook {
    /// Reads a price book of this form; `to` may be missing, and amounts are US dollars per million
    /// tokens, written as strings so that they stay exact:
    ///
    ///     {"prices": [{"model_id": "anthropic.claude-3-haiku-20240307-v1:0",
    ///                  "from": "2024-03-13", "to": "2026-12-31",
    ///                  "input": "0.25", "output": "1.25",
    ///                  "cache_read": "0.03", "cache_write": "0.30"}]}
    ///
    /// - Throws: ``PriceBookError``, which names the entry.
    public init(json: Data) throws(PriceBookError) {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: json)
        } catch {
            throw PriceBookError("it is not JSON of the documented form")
        }
        var entries: [Entry] = []
        for (index, price) in file.prices.enumerated() {
            func amount(_ text: String, _ name: String) throws(PriceBookError) -> TokenPrice {
                guard let price = TokenPrice(usdPerMillionTokens: text) else {
                    throw PriceBookError(
                        "\(name) of entry \(index + 1) is no amount with at most six decimals"
                    )
                }
                return price
            }
            func day(_ text: String, _ name: String) throws(PriceBookError) -> UsageDay {
                guard let day = UsageDay(text) else {
                    throw PriceBookError("\(name) of entry \(index + 1) is no day")
                }
                return day
            }
            entries.append(
                Entry(
                    model: ModelID(price.model_id),
                    first: try day(price.from, "from"),
                    last: try day(price.to ?? "\(UsageDay.years.upperBound)-12-31", "to"),
                    input: try amount(price.input, "input"),
                    output: try amount(price.output, "output"),
                    cacheRead: try amount(price.cache_read, "cache_read"),
                    cacheWrite: try amount(price.cache_write, "cache_write")
                )
            )
        }
        try self.init(entries)
    }

    // The names are those of the JSON keys.
    private struct File: Decodable {
        var prices: [Price]
    }

    private struct Price: Decodable {
        var model_id: String
        var from: String
        var to: String?
        var input: String
        var output: String
        var cache_read: String
        var cache_write: String
    }
}
