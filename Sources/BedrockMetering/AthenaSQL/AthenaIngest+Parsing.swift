/// The statement that decides what each line is, as ``UsageRecordDecoder`` does.
///
/// It is a chain of named queries, each over the one before, from lines to events. What may fail on a
/// hostile line is in `TRY`, or reached only by lines on which it cannot. `\A` and `\z` stand for the
/// ends of a text, since `$` also matches before a last line end.
extension AthenaIngest {
    var parse: String {
        let stages = [
            lines, messages, documents, soundMessages, members, values, instants, records,
        ]
        let columns = ["object", "fate", "reason", "line"] + Self.columns + ["usage_date"]
        var sql = ["UNLOAD ("] + Self.select(columns, from: "FROM (").map { "    " + $0 }
        for (index, stage) in stages.enumerated() {
            let isLast = index == stages.count - 1
            let head = (index == 0 ? "WITH " : "") + stage.name + " AS ("
            sql += ([head] + stage.sql.map { "    " + $0 } + [isLast ? ")" : "),"]).map {
                "        " + $0
            }
        }
        sql += judgedEvents.map { "        " + $0 }
        sql += [
            "    ) AS judged_events",
            ")",
            "TO \(SQLText.literal(eventsFolder.location))",
            "WITH (format = 'PARQUET', compression = 'GZIP', partitioned_by = ARRAY['usage_date'])",
        ]
        return sql.joined(separator: "\n")
    }

    /// The lines of a query. Expressions hold no literal of others, so theirs are indented one by one.
    private static func select(_ expressions: [String], from clauses: String...) -> [String] {
        let lists = expressions.enumerated().flatMap { index, expression in
            let isLast = index == expressions.count - 1
            return (expression + (isLast ? "" : ",")).split(separator: "\n").map { "    " + $0 }
        }
        return ["SELECT"] + lists + clauses
    }

    private typealias Stage = (name: String, sql: [String])

    // MARK: Messages

    /// A line of an export task begins with the event's time and one space.
    private var lines: Stage {
        let header = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z "
        return (
            "source_lines",
            Self.select(
                [
                    #""$path" AS object"#, "line",
                    #"regexp_like(line, '\A\#(header)') AS has_header"#,
                ],
                from: "FROM \(sourceTable.quoted)"
            )
        )
    }

    /// Blank lines are no events.
    private var messages: Stage {
        (
            "messages",
            Self.select(
                [
                    "object", "line",
                    "CASE WHEN has_header THEN substr(line, 26) ELSE line END AS message",
                    "CASE WHEN has_header THEN substr(line, 1, 24) END AS envelope_time",
                ],
                from: "FROM source_lines", #"WHERE has_header OR regexp_like(line, '[^ \t\r]')"#
            )
        )
    }

    private var documents: Stage {
        let opens = #"regexp_like(message, '\A[ \t\r]*\{')"#
        return (
            "documents",
            Self.select(
                [
                    "*", "\(opens) AS opens_object",
                    Self.mentionsUsage + " AS mentions_usage",
                    "CASE WHEN \(opens) THEN TRY(json_parse(message)) END AS document",
                ],
                from: "FROM messages"
            )
        )
    }

    private var soundMessages: Stage {
        (
            "sound_messages",
            Self.select(
                ["*", "CASE WHEN document IS NOT NULL THEN message END AS sound_message"],
                from: "FROM documents"
            )
        )
    }

    // MARK: Values

    /// Each value as a text and as JSON, which tells of what kind it is. Texts are taken from the
    /// message, since a parsed document may have rounded its numbers; of equal keys they are the first.
    private var members: Stage {
        let values = UsageSchema.columns.flatMap { column in
            [
                "json_extract_scalar(sound_message, '$.\(column.name)') AS \(column.name)_text",
                "json_format(json_extract(document, '$.\(column.name)')) AS \(column.name)_json",
            ]
        }
        return ("members", Self.select(["*"] + values, from: "FROM sound_messages"))
    }

    private var values: Stage {
        func count(_ field: UsageSchema.Field, ifAbsent fallback: String? = nil) -> String {
            let name = UsageSchema.column(field).name
            let absent = fallback.map { ["    WHEN \(Self.isAbsent(name)) THEN \($0)"] } ?? []
            let lines =
                ["CASE"] + absent + Self.countCases("\(name)_text") + ["END AS \(name)_count"]
            return lines.joined(separator: "\n")
        }
        return (
            "counts_and_times",
            Self.select(
                [
                    "*", count(.inputTokens), count(.outputTokens),
                    count(.totalTokens), count(.cacheReadTokens, ifAbsent: "0"),
                    count(.cacheWriteTokens, ifAbsent: "0"),
                    """
                    CASE
                        WHEN \(Self.isAbsent("timestamp")) THEN envelope_time
                        WHEN substr(timestamp_json, 1, 1) = '"' THEN timestamp_text
                        ELSE ''
                    END AS written_time
                    """,
                ],
                from: "FROM members"
            )
        )
    }

    private static func isAbsent(_ name: String) -> String {
        "COALESCE(\(name)_json, 'null') = 'null'"
    }

    /// A count as it is written, which is an integer, an integral float, or either in quotes; else, and
    /// above 2⁶³-1, null. Decimals are exact for all that the pattern before them lets through.
    private static func countCases(_ text: String) -> [String] {
        let decimal = "CAST(\(text) AS DECIMAL(38, 18))"
        let scientific = "(0|[1-9][0-9]{0,18})([.][0-9]{1,9})?[eE]([+]?[0-9]{1,2}|-[0-9])"
        return [
            #"    WHEN regexp_like(\#(text), '\A(0|[1-9][0-9]*)([.]0+)?\z')"#,
            #"        THEN TRY(CAST(regexp_extract(\#(text), '\A[0-9]+') AS BIGINT))"#,
            #"    WHEN regexp_like(\#(text), '\A-?0([.]0+)?([eE][+-]?[0-9]+)?\z') THEN 0"#,
            #"    WHEN regexp_like(\#(text), '\A\#(scientific)\z')"#,
            "        AND TRY(CAST(\(decimal) AS BIGINT)) = TRY(\(decimal))",
            "        THEN TRY(CAST(\(decimal) AS BIGINT))",
        ]
    }

    /// Instants in UTC. Athena's own functions cut them to milliseconds, so the digits of a second are
    /// taken as text.
    private var instants: Stage {
        let time = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.,][0-9]{1,9})?"
        let zone = "([Zz]|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?"
        func number(_ pattern: String) -> String {
            let digits = "regexp_extract(substr(written_time, 20), '\(pattern)', 1)"
            return "CAST(COALESCE(NULLIF(\(digits), ''), '0') AS BIGINT)"
        }
        return (
            "instants",
            Self.select(
                [
                    "*",
                    #"""
                    CASE
                        WHEN regexp_like(written_time, '\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]\#(time)\#(zone)\z')
                            THEN TRY(
                                CAST(substr(written_time, 1, 10) || ' ' || substr(written_time, 12, 8) AS TIMESTAMP)
                                - INTERVAL '1' MINUTE
                                    * CASE WHEN strpos(substr(written_time, 20), '-') > 0 THEN -1 ELSE 1 END
                                    * (60 * \#(number("[+-]([0-9]{2})")) + \#(number("[+-][0-9]{2}:?([0-9]{2})")))
                            )
                    END AS instant
                    """#,
                    """
                    rpad(
                        substr(COALESCE(regexp_extract(written_time, '[.,]([0-9]+)', 1), ''), 1, 6), 6, '0'
                    ) AS microseconds
                    """,
                ],
                from: "FROM counts_and_times"
            )
        )
    }

    // MARK: Records

    /// The values as the table has them, whether or not the line is usage.
    private var records: Stage {
        let parts = [
            UsageSchema.Field.inputTokens, .outputTokens, .cacheReadTokens, .cacheWriteTokens,
        ].map { UsageSchema.column($0).name + "_count" }
        return (
            "records",
            Self.select(
                [
                    "*",
                    """
                    substr(CAST(instant AS VARCHAR), 1, 10) || 'T' || substr(CAST(instant AS VARCHAR), 12, 8)
                        || '.' || microseconds || 'Z' AS event_time
                    """,
                    """
                    CASE
                        WHEN \(Self.isAbsent("total_tokens")) THEN TRY(\(parts.joined(separator: " + ")))
                        ELSE total_tokens_count
                    END AS total_count
                    """,
                ],
                from: "FROM instants"
            )
        )
    }
}
