-- How much did each tenant use in each hour of a day?
--
-- Set: the day, in the conditions on year, month and day and in the dates, and the table.
-- Same rows as: meter-report --day 2025-12-07 --hourly

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
        TRY(from_iso8601_timestamp("timestamp")) AS event_time
    FROM "bedrock_metering_db"."token_usage_logs"
    WHERE year = '2025' AND month = '12' AND day = '07'
        AND tenant_id IS NOT NULL
) AS usage_events
WHERE CAST(event_time AS DATE) BETWEEN DATE '2025-12-07' AND DATE '2025-12-07'
GROUP BY 1, 2, 3
ORDER BY usage_date, usage_hour, total_tokens DESC, tenant_id;
