-- What did the usage of each tenant and model cost in a month?
--
-- Set: the days, in the conditions on year, month and day and in the dates, and the table.
-- Set also: the prices, in US dollars per token, by model id and first and last day. Usage
-- without a price is counted in unpriced_requests, and its cost is null.
-- Same rows as: meter-report --from 2025-12-01 --to 2025-12-31 --monthly --by model --prices samples/prices.json

WITH prices (model_id, first_day, last_day, input_usd, output_usd, cache_read_usd, cache_write_usd) AS (
    VALUES
        ('amazon.nova-lite-v1:0', DATE '2024-12-03', DATE '2050-12-31', CAST('0.000000060000' AS DECIMAL(12, 12)), CAST('0.000000240000' AS DECIMAL(12, 12)), CAST('0.000000015000' AS DECIMAL(12, 12)), CAST('0.000000060000' AS DECIMAL(12, 12))),
        ('anthropic.claude-3-haiku-20240307-v1:0', DATE '2024-03-13', DATE '2050-12-31', CAST('0.000000250000' AS DECIMAL(12, 12)), CAST('0.000001250000' AS DECIMAL(12, 12)), CAST('0.000000030000' AS DECIMAL(12, 12)), CAST('0.000000300000' AS DECIMAL(12, 12))),
        ('us.anthropic.claude-sonnet-4-20250514-v1:0', DATE '2025-05-22', DATE '2025-12-06', CAST('0.000003000000' AS DECIMAL(12, 12)), CAST('0.000015000000' AS DECIMAL(12, 12)), CAST('0.000000300000' AS DECIMAL(12, 12)), CAST('0.000003750000' AS DECIMAL(12, 12))),
        ('us.anthropic.claude-sonnet-4-20250514-v1:0', DATE '2025-12-07', DATE '2050-12-31', CAST('0.000002700000' AS DECIMAL(12, 12)), CAST('0.000013500000' AS DECIMAL(12, 12)), CAST('0.000000270000' AS DECIMAL(12, 12)), CAST('0.000003375000' AS DECIMAL(12, 12)))
),
model_usage AS (
    SELECT
        tenant_id,
        CAST(event_time AS DATE) AS usage_date,
        model_id,
        COUNT(*) AS request_count,
        SUM(input_tokens) AS input_tokens,
        SUM(output_tokens) AS output_tokens,
        SUM(total_tokens) AS total_tokens,
        COALESCE(SUM(cache_read_input_tokens), 0) AS cache_read_input_tokens,
        COALESCE(SUM(cache_write_input_tokens), 0) AS cache_write_input_tokens
    FROM (
        SELECT
            tenant_id,
            model_id,
            input_tokens,
            output_tokens,
            total_tokens,
            cache_read_input_tokens,
            cache_write_input_tokens,
            TRY(from_iso8601_timestamp("timestamp")) AS event_time
        FROM "bedrock_metering_db"."token_usage_logs"
        WHERE year = '2025' AND month = '12'
            AND tenant_id IS NOT NULL
    ) AS usage_events
    WHERE CAST(event_time AS DATE) BETWEEN DATE '2025-12-01' AND DATE '2025-12-31'
    GROUP BY 1, 2, 3
)
SELECT
    model_usage.tenant_id AS tenant_id,
    substr(CAST(model_usage.usage_date AS VARCHAR), 1, 7) AS usage_month,
    model_usage.model_id AS model_id,
    SUM(model_usage.request_count) AS request_count,
    SUM(model_usage.input_tokens) AS input_tokens,
    SUM(model_usage.output_tokens) AS output_tokens,
    SUM(model_usage.total_tokens) AS total_tokens,
    CAST(SUM(model_usage.total_tokens) AS DOUBLE) / SUM(model_usage.request_count) AS avg_tokens_per_request,
    SUM(model_usage.cache_read_input_tokens) AS cache_read_input_tokens,
    SUM(model_usage.cache_write_input_tokens) AS cache_write_input_tokens,
    SUM(CASE WHEN prices.model_id IS NULL THEN model_usage.request_count ELSE 0 END) AS unpriced_requests,
    CASE
        WHEN COUNT(prices.model_id) = COUNT(*) THEN SUM(
            CAST(model_usage.input_tokens AS DECIMAL(19, 0)) * prices.input_usd
            + CAST(model_usage.output_tokens AS DECIMAL(19, 0)) * prices.output_usd
            + CAST(model_usage.cache_read_input_tokens AS DECIMAL(19, 0)) * prices.cache_read_usd
            + CAST(model_usage.cache_write_input_tokens AS DECIMAL(19, 0)) * prices.cache_write_usd
        )
    END AS cost_usd
FROM model_usage
LEFT JOIN prices
    ON prices.model_id = model_usage.model_id
    AND model_usage.usage_date BETWEEN prices.first_day AND prices.last_day
GROUP BY 1, 2, 3
ORDER BY usage_month, total_tokens DESC, tenant_id, model_id;
