import Testing

@testable import BedrockMetering

/// The statements of queries by another zone than UTC.
@Suite struct ZonedSQLTests {
    private static func query(
        _ day: String, _ zone: String, per window: UsageWindow.Size = .day,
        prices: PriceBook? = nil
    ) throws -> UsageQuery {
        UsageQuery(per: window, during: try .day(day), in: try UsageZone(zone), prices: prices)
    }

    @Test func `instants are shown by the zone's clock, and all UTC days that it touches are read`()
        throws
    {
        let query = try Self.query("2025-12-07", "Asia/Seoul", per: .hour)

        #expect(
            query.athenaSQL(from: .standard) == """
                SELECT
                    tenant_id,
                    CAST(event_time AS DATE) AS usage_date,
                    EXTRACT(HOUR FROM event_time) AS usage_hour,
                    COUNT(*) AS request_count,
                    SUM(input_tokens) AS input_tokens,
                    SUM(output_tokens) AS output_tokens,
                    SUM(total_tokens) AS total_tokens,
                    CAST(SUM(total_tokens) AS DOUBLE) / COUNT(*) AS avg_tokens_per_request,
                    COALESCE(SUM(cache_read_input_tokens), 0) AS cache_read_input_tokens,
                    COALESCE(SUM(cache_write_input_tokens), 0) AS cache_write_input_tokens
                FROM (
                    SELECT
                        tenant_id,
                        input_tokens,
                        output_tokens,
                        total_tokens,
                        cache_read_input_tokens,
                        cache_write_input_tokens,
                        TRY(from_iso8601_timestamp("timestamp")) AT TIME ZONE 'Asia/Seoul' AS event_time
                    FROM "bedrock_metering_db"."token_usage_logs"
                    WHERE year = '2025' AND month = '12' AND day IN ('06', '07')
                        AND tenant_id IS NOT NULL
                ) AS usage_events
                WHERE CAST(event_time AS DATE) BETWEEN DATE '2025-12-07' AND DATE '2025-12-07'
                GROUP BY 1, 2, 3
                ORDER BY usage_date, usage_hour, total_tokens DESC, tenant_id
                """
        )
    }

    @Test func `a list leaves out what lies in the partitions and not in the period`() throws {
        let query = try Self.query("2025-12-07", "America/New_York")

        #expect(
            query.athenaSQL(listing: .models, from: .standard) == """
                SELECT DISTINCT model_id
                FROM (
                    SELECT
                        model_id,
                        TRY(from_iso8601_timestamp("timestamp")) AT TIME ZONE 'America/New_York' AS event_time
                    FROM "bedrock_metering_db"."token_usage_logs"
                    WHERE year = '2025' AND month = '12' AND day IN ('07', '08')
                        AND tenant_id IS NOT NULL
                ) AS usage_events
                WHERE CAST(event_time AS DATE) BETWEEN DATE '2025-12-07' AND DATE '2025-12-07'
                ORDER BY model_id
                """
        )
    }

    @Test func `a call has the price of its UTC day`() throws {
        let price = try #require(TokenPrice(usdPerMillionTokens: "1"))
        let day = UsageDay.named("2025-12-07")
        let prices = try PriceBook([
            PriceBook.Entry(
                model: "m", first: day, last: day, input: price, output: price, cacheRead: price,
                cacheWrite: price
            )
        ])

        let seoul = try Self.query("2025-12-07", "Asia/Seoul", prices: prices)
            .athenaSQL(from: .standard)
        let utc = try Self.query("2025-12-07", "UTC", prices: prices).athenaSQL(from: .standard)

        for line in [
            "        utc_date,\n        tenant_id,\n        CAST(event_time AS DATE) AS usage_date,\n",
            "            CAST(TRY(from_iso8601_timestamp(\"timestamp\")) AT TIME ZONE 'UTC' AS DATE)"
                + " AS utc_date,\n",
            "    GROUP BY 1, 2, 3, 4\n",
            "\n    AND model_usage.utc_date BETWEEN prices.first_day AND prices.last_day\n",
        ] {
            #expect(seoul.contains(line))
        }
        #expect(!utc.contains("AT TIME ZONE") && !utc.contains("utc_date"))
    }

    @Test(arguments: [
        ("2020-01-01", "Asia/Seoul", "WHERE year = '2020' AND month = '01' AND day = '01'\n"),
        (
            "2050-12-31", "America/New_York",
            "WHERE year = '2050' AND month = '12' AND day = '31'\n"
        ),
        (
            "2026-01-01", "Asia/Seoul",
            "WHERE ((year = '2025' AND month = '12' AND day = '31')"
                + " OR (year = '2026' AND month = '01' AND day = '01'))\n"
        ),
    ])
    func `no partition is named that the table does not have`(
        day: String, zone: String, filter: String
    ) throws {
        #expect(try Self.query(day, zone).athenaSQL(from: .standard).contains(filter))
    }
}
