/// The constant parts of a JSON line, one before each value and one at its end, the quotes around
/// values and the times' zone among them.
struct RowLayout {
    /// A constant part, and what follows it.
    struct Part {
        /// Nil at the end of the line.
        var field: UsageSchema.Field?
        /// Where the part lies in the text of all parts.
        var start: Int
        var end: Int
    }

    private(set) var parts: [Part] = []

    /// - Parameter columns: those that the line has, in order.
    /// - Parameter text: gets the text of the parts at its end.
    init(of columns: [UsageSchema.Column], text: inout [UInt8]) {
        var start = text.count
        var isFirst = true
        for column in columns {
            let quote = column.type == .string ? "\"" : ""
            text += "\(isFirst ? "{" : ",")\"\(column.name)\":\(quote)".utf8
            isFirst = false
            if column.field == .eventType {
                // A constant itself.
                text += "bedrock_token_usage".utf8
            } else {
                parts.append(Part(field: column.field, start: start, end: text.count))
                start = text.count
            }
            // All times are in UTC.
            if column.field == .timestamp { text += "Z".utf8 }
            text += quote.utf8
        }
        text += "}\n".utf8
        parts.append(Part(field: nil, start: start, end: text.count))
    }
}
