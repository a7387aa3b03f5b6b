/// What seems to hold usage and is no usage line, as far as SQL can tell: it is rejected, so that an ingest
/// which takes lines out of documents can read it.
///
/// Patterns see strings inside strings as well, since those differ in backslashes alone. None looks
/// ahead, so that any engine takes them.
extension AthenaIngest {
    /// Whether the message holds the marker, whose letters may be escaped.
    static let mentionsUsage: String = {
        let letters = UsageRecord.eventType.unicodeScalars.map { letter in
            let code = String(letter.value, radix: 16)
            let digits = code.map { $0.isLetter ? "[\($0)\($0.uppercased())]" : String($0) }
            return #"(\#(letter)|\\+u00\#(digits.joined()))"#
        }
        return """
            (
                strpos(message, '\(UsageRecord.eventType)') > 0
                OR strpos(message, '\\u00') > 0
                    AND regexp_like(message, '\(letters.joined())')
            )
            """
    }()

    /// Whether the line is a document in which CloudWatch, Lambda, Kinesis or Firehose hand on events.
    static let holdsEvents =
        "json_extract(document, '$.logEvents') IS NOT NULL AND mentions_usage"
        + [
            "$.awslogs.data", "$.records[0].data", "$.Records[0].kinesis.data", "$.Records[0].Data",
            "$.rawData",
        ]
        .map { " OR json_extract_scalar(document, '\($0)') IS NOT NULL" }.joined()

    /// Whether the line holds gzip in Base64.
    static let holdsCompressedData = "regexp_like(message, '\"H4sI[0-9A-Za-z+/=\\\\]{124}')"

    /// Whether it is Bedrock's own log of a call, which quotes what tenants wrote.
    static let isInvocationLog =
        "json_extract_scalar(document, '$.schemaType') = 'ModelInvocationLog'"

    /// Whether the document has a usage line's fields and does not say what it is.
    static let isUnnamedUsage =
        "tenant_id_json IS NOT NULL AND model_id_json IS NOT NULL"
        + " AND COALESCE(input_tokens_json, output_tokens_json) IS NOT NULL"
        + " AND json_extract(document, '$._aws') IS NULL AND NOT \(isOtherEvent)"

    /// Whether a usage line seems to lie inside the document.
    ///
    /// In an event of another type the marker alone is a name; beside a brace or a column in the same
    /// string it is not, and neither is it as another event type.
    static let wrapsUsage: String = {
        let text = #"[^"\\]*(\\.[^"\\]*)*"#
        let line = "([{]|_tokens|tenant_id)"
        let marker = UsageRecord.eventType
        let isLine =
            #"regexp_like(message, '"\#(text)(\#(marker)\#(text)\#(line)|\#(line)\#(text)\#(marker))')"#
        let isType = #"regexp_like(message, '"event_type"[ \t\r]*:[ \t\r]*"\#(marker)"')"#
        return
            "mentions_usage AND (NOT \(isOtherEvent) AND json_extract(document, '$._aws') IS NULL"
            + " OR \(isLine) OR \(isType)) OR \(holdsFields)"
    }()

    /// Whether the document's own type is clearly another one.
    private static let isOtherEvent =
        "(COALESCE(substr(event_type_json, 1, 1), '') = '\"' AND regexp_replace(lower(event_type_text),"
        + " '[^a-z0-9]', '') <> '\(UsageRecord.eventType.filter(\.isLetter))')"

    private static func key(_ name: String) -> String { #"\#(name)\\*"[ \t\r]*:"# }

    private static let tokens = key("(input|output)_tokens")

    /// Whether an object without others in it has a usage line's fields, while nothing in the message names
    /// another type.
    static let holdsFields: String = {
        let fields = [key("tenant_id"), key("model_id"), tokens]
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
            .map { order in order.map { fields[$0] }.joined(separator: "[^{}]*") }
        let pattern = "[{][^{}]*(\(orders.joined(separator: "|")))"
        // The pattern is slow, so it is kept to lines that have the names.
        let names = ["tenant_id", "model_id", "_tokens"].map { "strpos(message, '\($0)') > 0" }
        return
            "(\(names.joined(separator: " AND ")) AND regexp_like(message, '\(pattern)') AND NOT \(namesType)"
            + #" AND NOT regexp_like(message, '\#(key("_aws"))'))"#
    }()

    /// Whether a text that ends within an object has a usage line's first keys and no type.
    static let holdsCutFields =
        "(regexp_like(message, '[{][^}]*\(key("tenant_id"))[^}]*(\(key("model_id"))|\(tokens))[^}]*\\z')"
        + " AND NOT \(namesType))"

    private static let namesType =
        #"regexp_like(message, 'event_type\\*"[ \t\r]*:[ \t\r]*\\*"[^"\\]*\\*"')"#
}
