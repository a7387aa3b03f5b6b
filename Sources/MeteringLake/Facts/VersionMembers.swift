internal import BedrockMetering

/// A record as JSON has it in facts and in lists of conflicts, by the names of the table's columns.
struct VersionMembers: Decodable {
    var timestamp: String
    var tenant_id: String
    var user_id: String
    var model_id: String
    var input_tokens: Int64
    var output_tokens: Int64
    var total_tokens: Int64
    var request_id: String
    var cache_read_input_tokens: Int64
    var cache_write_input_tokens: Int64
    /// Where it was found; nothing where that is not known.
    var object: String?
    var line: Int?
    /// In facts, whether it was a row of the lake until then.
    var counted_before: Bool?

    static func members(of record: UsageRecord) -> [(name: String, json: String)] {
        [
            ("timestamp", JSONText.quoted("\(record.time)")),
            ("tenant_id", JSONText.quoted(record.tenant.rawValue)),
            ("user_id", JSONText.quoted(record.user.rawValue)),
            ("model_id", JSONText.quoted(record.model.rawValue)),
            ("input_tokens", String(record.tokens.input)),
            ("output_tokens", String(record.tokens.output)),
            ("total_tokens", String(record.tokens.total)),
            ("request_id", JSONText.quoted(record.request?.rawValue ?? "")),
            ("cache_read_input_tokens", String(record.tokens.cacheRead)),
            ("cache_write_input_tokens", String(record.tokens.cacheWrite)),
        ]
    }

    static func members(of version: CallVersion) -> [(name: String, json: String)] {
        var members = members(of: version.record)
        if let place = version.place {
            members.append(("object", JSONText.quoted(place.object)))
            members.append(("line", String(place.line)))
        }
        return members
    }

    /// Nil where they are no record of a call with a request id.
    var record: UsageRecord? {
        guard let time = EventTime(fact: timestamp), !request_id.isEmpty else { return nil }
        return UsageRecord(
            time: time, tenant: TenantID(tenant_id), user: UserID(user_id),
            model: ModelID(model_id),
            tokens: TokenCounts(
                input: input_tokens, output: output_tokens, cacheRead: cache_read_input_tokens,
                cacheWrite: cache_write_input_tokens, total: total_tokens),
            request: RequestID(request_id))
    }

    var place: CallVersion.Place? {
        guard let object, let line else { return nil }
        return CallVersion.Place(object: object, line: line)
    }
}
