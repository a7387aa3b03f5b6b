/// How lines whose values have been read are judged.
extension AthenaIngest {
    /// One row for each event, with its fate and, where it is a record, its values.
    var judgedEvents: [String] {
        let isDay =
            "substr(event_time, 1, 10) BETWEEN '\(period.first)' AND '\(period.last)'"
        return [
            "SELECT",
            "    object,",
            "    fate,",
            "    reason,",
            "    CASE WHEN fate = 'rejected' THEN line END AS line,",
        ]
            + UsageSchema.columns.map { column in
                "    CASE WHEN fate = 'record' THEN \(Self.value(column)) END"
                    + " AS \(Self.name(column)),"
            } + [
                "    CASE",
                "        WHEN fate = 'record' THEN substr(event_time, 1, 10)",
                "        WHEN fate = 'outside_period' THEN '\(Self.otherDay)'",
                "        ELSE '\(Self.noDay)'",
                "    END AS usage_date",
                "FROM (",
                "    SELECT",
                "        *,",
                "        CASE",
                "            WHEN reason IS NOT NULL THEN 'rejected'",
                "            WHEN COALESCE(event_type_text, '') <> '\(UsageRecord.eventType)' THEN 'foreign'",
                "            WHEN \(isDay) THEN 'record'",
                "            ELSE 'outside_period'",
                "        END AS fate",
                "    FROM (",
                "        SELECT",
                "            *,",
                "            CASE",
            ]
            + reasons.flatMap {
                let reason = $0.reason.replacing("\n", with: "\n                    ")
                return [
                    "                WHEN \($0.condition)", "                    THEN \(reason)",
                ]
            }
            + [
                "            END AS reason",
                "        FROM records",
                "    ) AS judged_records",
                ") AS fates",
            ]
    }

    /// The value of a column of the table.
    private static func value(_ column: UsageSchema.Column) -> String {
        switch column.field {
        case .timestamp: "event_time"
        case .tenant, .user, .model, .eventType: "\(column.name)_text"
        case .request: Self.request("\(column.name)_text")
        case .totalTokens: "total_count"
        case .inputTokens, .outputTokens, .cacheReadTokens, .cacheWriteTokens:
            "\(column.name)_count"
        }
    }

    /// A request id, null where it is a placeholder, by the same table as that of the day files.
    static func request(_ text: String) -> String {
        "CASE WHEN NOT regexp_like(\(text), \(SQLText.literal(PlaceholderID.pattern))) THEN \(text) END"
    }

    /// Why a line is rejected; the first that holds counts. A null stands for a foreign line.
    private var reasons: [(condition: String, reason: String)] {
        let usage = UsageRecord.eventType
        let claims: [(String, String)] = [
            // Gzip begins with U+001F, which begins no text.
            ("substr(line, 1, 1) = chr(31)", "'compressed data'"),
            (
                "document IS NULL AND NOT opens_object",
                """
                CASE
                    WHEN mentions_usage OR \(Self.holdsFields) OR \(Self.holdsCutFields)
                        THEN 'not a JSON object'
                    WHEN \(Self.holdsCompressedData) THEN 'compressed data'
                END
                """
            ),
            (
                "document IS NULL",
                "CASE WHEN mentions_usage OR \(Self.mayBeCut) THEN 'malformed JSON' END"
            ),
            ("mentions_usage AND \(Self.hasEqualKeys)", "'duplicate key'"),
            (
                "COALESCE(event_type_text, '') <> '\(usage)'",
                """
                CASE
                    WHEN \(Self.holdsEvents) THEN 'document of several events'
                    WHEN \(Self.isInvocationLog) THEN NULL
                    WHEN \(Self.isUnnamedUsage)
                        THEN 'event_type is missing or spelt in another way'
                    WHEN \(Self.wrapsUsage) THEN 'holds usage that is not unwrapped'
                    WHEN \(Self.holdsCompressedData) THEN 'compressed data'
                END
                """
            ),
            ("line <> from_utf8(to_utf8(line))", "'invalid UTF-8'"),
            (Self.hasLoneSurrogate, "'lone surrogate in a string'"),
        ]
        let texts = [UsageSchema.Field.tenant, .user, .model].map { field in
            let name = UsageSchema.column(field).name
            return (
                "COALESCE(substr(\(name)_json, 1, 1), '') <> '\"'",
                "'\(name) is missing or no text'"
            )
        }
        let emptyTexts = [UsageSchema.Field.tenant, .model].map { field in
            let name = UsageSchema.column(field).name
            return ("\(name)_text = ''", "'\(name) is empty'")
        }
        let longTexts = [UsageSchema.Field.tenant, .user, .model, .request].map { field in
            let name = UsageSchema.column(field).name
            return (
                "length(to_utf8(\(name)_text)) > \(maximumNameSize)",
                "'\(name) is over the size limit of names'"
            )
        }
        let counts = [
            UsageSchema.Field.inputTokens, .outputTokens, .cacheReadTokens, .cacheWriteTokens,
        ].map { field in
            let name = UsageSchema.column(field).name
            return ("\(name)_count IS NULL", "'\(name) is missing or no count'")
        }
        let years = UsageDay.years
        return claims + texts + emptyTexts + [
            (
                "COALESCE(request_id_json, 'null') <> 'null' AND substr(request_id_json, 1, 1) <> '\"'",
                "'request_id is no text'"
            )
        ] + longTexts + counts + [
            ("total_count IS NULL", "'total_tokens is no count'"),
            ("written_time IS NULL", "'timestamp is missing'"),
            ("instant IS NULL", "'timestamp is unreadable'"),
            (
                "substr(event_time, 1, 4) NOT BETWEEN '\(years.lowerBound)' AND '\(years.upperBound)'",
                "'timestamp is outside \(years.lowerBound) to \(years.upperBound)'"
            ),
        ]
    }

    /// Whether a broken line looks like an object that has named no type, as one that was cut does.
    private static let mayBeCut =
        #"(regexp_like(message, '\A[ \t\r]*\{[ \t\r]*"')"#
        + #" AND NOT regexp_like(message, '"event_type"[ \t\r]*:[ \t\r]*"[^"\\]*"'))"#

    /// Whether a column's key is in the message more often than in the document made of it, which keeps
    /// the last of equal keys.
    private static let hasEqualKeys: String = {
        let names = UsageSchema.columns.map(\.name).joined(separator: "|")
        let pattern = #"'"(\#(names))"[ \t\r]*:'"#
        return "cardinality(regexp_extract_all(sound_message, \(pattern)))"
            + " > cardinality(regexp_extract_all(json_format(document), \(pattern)))"
    }()

    /// Whether half of a surrogate pair is escaped without the other. Escaped backslashes and whole
    /// pairs are put aside first.
    private static let hasLoneSurrogate: String = {
        let half = "[0-9a-fA-F]{2}"
        let pair = #"\\u[dD][89abAB]\#(half)\\u[dD][c-fC-F]\#(half)"#
        return
            #"regexp_like(regexp_replace(message, '\\\\|\#(pair)', ' '), '\\u[dD][89a-fA-F]\#(half)')"#
    }()
}
