-- Which tenants used Bedrock on a day?
--
-- Set: the day, in the conditions on year, month and day and in the dates, and the table.
-- Same values as: meter-report --day 2025-12-07

SELECT DISTINCT tenant_id
FROM "bedrock_metering_db"."token_usage_logs"
WHERE year = '2025' AND month = '12' AND day = '07'
    AND tenant_id IS NOT NULL
ORDER BY tenant_id;
