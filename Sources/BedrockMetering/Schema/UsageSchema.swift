/// The one list of a usage row's columns; JSON keys, table definitions and documentation follow it.
public enum UsageSchema {
    /// What a column holds, and so how it is read and written.
    @nonexhaustive
    public enum Field: Sendable, Hashable, CaseIterable {
        case timestamp, tenant, user, model
        case inputTokens, outputTokens, totalTokens
        case eventType, request
        case cacheReadTokens, cacheWriteTokens
    }

    /// A column's type in Athena.
    @nonexhaustive
    public enum ColumnType: String, Sendable {
        case string, bigint
    }

    public struct Column: Sendable {
        public let field: Field
        /// The name in the table, and the key in a JSON line.
        public let name: String
        public let type: ColumnType
        public let comment: String
    }

    /// All columns in the order of the table and of JSON lines. The first eight are those of the
    /// public sample whose queries run unchanged.
    public static let columns: [Column] = [
        Column(
            field: .timestamp, name: "timestamp", type: .string,
            comment: "event time, ISO 8601, UTC, with six digits of a second"
        ),
        Column(field: .tenant, name: "tenant_id", type: .string, comment: "who is billed"),
        Column(field: .user, name: "user_id", type: .string, comment: "who made the call"),
        Column(
            field: .model, name: "model_id", type: .string,
            comment: "Bedrock model or inference profile"
        ),
        Column(
            field: .inputTokens, name: "input_tokens", type: .bigint,
            comment: "input tokens, cached ones not counted"
        ),
        Column(
            field: .outputTokens, name: "output_tokens", type: .bigint, comment: "output tokens"
        ),
        Column(
            field: .totalTokens, name: "total_tokens", type: .bigint,
            comment: "total as logged, else the sum of the four parts"
        ),
        Column(
            field: .eventType, name: "event_type", type: .string,
            comment: "always bedrock_token_usage"
        ),
        Column(
            field: .request, name: "request_id", type: .string,
            comment: "Bedrock request id, null where it was not logged"
        ),
        Column(
            field: .cacheReadTokens, name: "cache_read_input_tokens", type: .bigint,
            comment: "input tokens read from the prompt cache"
        ),
        Column(
            field: .cacheWriteTokens, name: "cache_write_input_tokens", type: .bigint,
            comment: "input tokens written to the prompt cache"
        ),
    ]

    /// The column that holds `field`.
    public static func column(_ field: Field) -> Column {
        columns[columnIndex(of: field)]
    }

    static func columnIndex(of field: Field) -> Int {
        switch field {
        case .timestamp: 0
        case .tenant: 1
        case .user: 2
        case .model: 3
        case .inputTokens: 4
        case .outputTokens: 5
        case .totalTokens: 6
        case .eventType: 7
        case .request: 8
        case .cacheReadTokens: 9
        case .cacheWriteTokens: 10
        }
    }
}
