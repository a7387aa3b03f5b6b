/// Usage records in the form in which they leave the decoder: numbers, and places in a text.
///
/// A batch lives for one call of ``UsageSink/consume(_:)``; what is to be kept is copied out.
public struct UsageBatch: ~Copyable {
    /// The text that the rows' slices lie in, with ``ByteScan/padding`` bytes after it.
    var text = UnsafeRawBufferPointer(start: nil, count: 0)
    var rows: [UsageBatchRow] = []

    static let capacity = 1024

    init() {
        rows.reserveCapacity(Self.capacity)
    }

    var isFull: Bool { rows.count >= Self.capacity }

    /// How many records the batch holds.
    public var count: Int { rows.count }

    /// The record at `index`, from 0.
    ///
    /// - Complexity: linear in the size of its names, which are copied.
    public func record(at index: Int) -> UsageRecord {
        let row = rows[index]
        return UsageRecord(
            time: EventTime(microseconds: row.time),
            tenant: TenantID(string(row.tenant)),
            user: UserID(string(row.user)),
            model: ModelID(string(row.model)),
            tokens: row.tokens,
            request: row.request.isEmpty ? nil : RequestID(string(row.request))
        )
    }

    private func string(_ slice: TextSlice) -> String {
        String(decoding: text[slice.range], as: UTF8.self)
    }
}

/// One record of a batch.
struct UsageBatchRow {
    /// Microseconds since 1970, UTC.
    var time: Int64 = 0
    var tokens = TokenCounts()
    var tenant = TextSlice()
    var user = TextSlice()
    var model = TextSlice()
    /// Empty where there is no request id, or a placeholder.
    var request = TextSlice()
    /// Whether an equal line may be another call, not this one again: where the time was written with
    /// less than six digits of a second, or an equal line came under another event id.
    var mayRecur = false
    /// The line of the object on which the event begins, from 1, modulo 2^32.
    var line: UInt32 = 0
}
