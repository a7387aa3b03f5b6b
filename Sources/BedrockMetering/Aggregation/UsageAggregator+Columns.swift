/// Adding up day files by columns.
extension UsageAggregator {
    /// The columns that the query needs of the file of `day`.
    func fields(of day: UsageDay) -> [UsageSchema.Field] {
        var fields: [UsageSchema.Field] = [
            .tenant, .inputTokens, .outputTokens, .totalTokens, .cacheReadTokens, .cacheWriteTokens,
        ]
        if cellQuery.groups.contains(.model) { fields.append(.model) }
        if cellQuery.groups.contains(.user) { fields.append(.user) }
        if !slots.isOneSlot(day) { fields.append(.timestamp) }
        return fields
    }

    /// Takes rows of the file of `day`, of which at least the columns of ``fields(of:)`` are there;
    /// returns false where they are not sound.
    mutating func consume(_ columns: consuming UsageColumns, of day: UsageDay) -> Bool {
        let isOneSlot = slots.isOneSlot(day)
        let daySlot = slots.slot(of: day.start.microseconds)
        let tenantSymbols = columns.tenants.symbols(in: &tenants)
        let modelSymbols = columns.models.symbols(in: &models)
        let userSymbols = columns.users.symbols(in: &users)
        var timestamps = TimestampParser()
        columns.timestamps.pad()
        for row in 0..<columns.count {
            var slot = daySlot
            if !isOneSlot {
                let start = columns.timestamps.offsets[row]
                let end = columns.timestamps.offsets[row + 1]
                let text = columns.timestamps.bytes.span.bytes
                guard let time = timestamps.parse(text, from: start, to: end) else { return false }
                slot = slots.slot(of: time.microseconds)
            }
            let tokens = columns.tokens(at: row)
            guard tokens.isSound else { return false }
            guard let slot else { continue }
            let tenant = tenantSymbols[columns.tenants.number(ofRow: row)]
            guard counts(tenant) else { continue }
            let key = Key(
                slot: slot,
                tenant: tenant,
                model: modelSymbols.isEmpty ? 0 : modelSymbols[columns.models.number(ofRow: row)],
                user: userSymbols.isEmpty ? 0 : userSymbols[columns.users.number(ofRow: row)]
            )
            addPending(tokens, at: key)
        }
        return true
    }
}
