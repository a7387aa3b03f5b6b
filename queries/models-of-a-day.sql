-- Which models were used on a day?
--
-- Set: the day, in the conditions on year, month and day and in the dates, and the table.
-- Same values as: meter-report --day 2025-12-07 --by model

SELECT DISTINCT model_id
FROM "bedrock_metering_db"."token_usage_logs"
WHERE year = '2025' AND month = '12' AND day = '07'
    AND tenant_id IS NOT NULL
ORDER BY model_id;
