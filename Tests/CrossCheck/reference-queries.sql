SELECT DISTINCT tenant_id FROM bedrock_metering_db.token_usage_logs WHERE year='2025' AND month='12' AND day='07' LIMIT 10;

SELECT DISTINCT model_id FROM bedrock_metering_db.token_usage_logs WHERE year='2025' AND month='12' AND day='07';

SELECT tenant_id, DATE(from_iso8601_timestamp(timestamp)) as usage_date, SUM(total_tokens) as total_tokens,
       COUNT(*) as request_count, AVG(total_tokens) as avg_tokens_per_request
FROM bedrock_metering_db.token_usage_logs WHERE year = '2025' AND month = '12' AND day = '07'
GROUP BY tenant_id, DATE(from_iso8601_timestamp(timestamp)) ORDER BY usage_date DESC, total_tokens DESC;

SELECT EXTRACT(hour FROM from_iso8601_timestamp(timestamp)) as usage_hour, tenant_id, COUNT(*) as request_count,
       SUM(total_tokens) as total_tokens, AVG(total_tokens) as avg_tokens_per_request
FROM bedrock_metering_db.token_usage_logs WHERE year = '2025' AND month = '12' AND day = '07'
GROUP BY EXTRACT(hour FROM from_iso8601_timestamp(timestamp)), tenant_id ORDER BY usage_hour, total_tokens DESC;
