/// The statement about calls in conflict.
extension AthenaIngest {
    private static let counts: [UsageSchema.Field] = [
        .inputTokens, .outputTokens, .cacheReadTokens, .cacheWriteTokens, .totalTokens,
    ]

    /// By what the version of a call comes first that stays: the largest sum of counts, then the largest
    /// logged total, then the first by time and the other columns, strings by their bytes.
    static var versionOrder: String {
        let sum = counts.dropLast()
            .map { "CAST(\(UsageSchema.column($0).name) AS DECIMAL(38, 0))" }
            .joined(separator: " + ")
        let others = UsageSchema.columns.filter {
            ![.tenant, .request, .eventType].contains($0.field)
        }
        .map(name).joined(separator: ", ")
        return "\(sum) DESC, \(UsageSchema.column(.totalTokens).name) DESC, \(others)"
    }

    /// By day, the calls that have a version, new or in the table, that is no earlier snapshot of the one
    /// that stays: of another model, or with a count that is larger, or with the same counts.
    var countConflicts: String {
        let window = """
            OVER (
                            PARTITION BY usage_date, tenant_id, request_id
                            ORDER BY \(Self.versionOrder)
                        )
            """
        let names = ["model_id"] + Self.counts.map { UsageSchema.column($0).name }
        let kept = names.map { "FIRST_VALUE(\($0)) \(window) AS kept_\($0)" }
        let larger = names.dropFirst().map { "\($0) > kept_\($0)" }
        let equal = names.dropFirst().map { "\($0) = kept_\($0)" }.joined(separator: " AND ")
        let conditions = ["model_id <> kept_model_id"] + larger + ["(\(equal))"]
        return """
            SELECT usage_date, COUNT(*) AS calls
            FROM (
                SELECT usage_date, tenant_id, request_id
                FROM (
                    SELECT
                        usage_date,
                        tenant_id,
                        request_id,
                        \((names + kept).joined(separator: ",\n            ")),
                        ROW_NUMBER() \(window) AS version
                    FROM (
                        SELECT \(Self.date) AS usage_date, \(Self.presentColumns.joined(separator: ", "))
                        FROM \(table.quoted)
                        WHERE \(PartitionFilter.sql(days))
                            AND tenant_id IS NOT NULL
                        UNION
                        SELECT usage_date, \(Self.columns.joined(separator: ", "))
                        FROM \(events.quoted)
                        WHERE \(writtenDays)
                            AND fate = 'record'
                    ) AS calls
                    WHERE request_id IS NOT NULL
                ) AS versions
                WHERE version > 1
                    AND (\(conditions.joined(separator: "\n                OR ")))
                GROUP BY usage_date, tenant_id, request_id
            ) AS conflicts
            GROUP BY usage_date
            ORDER BY usage_date
            """
    }
}
