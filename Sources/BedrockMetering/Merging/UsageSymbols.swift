/// The names of usage records, each kind in a table of its own.
struct UsageSymbols {
    var tenants = SymbolTable()
    var users = SymbolTable()
    var models = SymbolTable()
    /// Request ids that are no UUIDs.
    var requests = SymbolTable()

    /// Whether `left` comes before `right` in a day file: by time, then by the other columns in the
    /// order of ``UsageSchema/columns``, strings by their bytes, a missing request id first.
    func precedes(_ left: StoredUsage, _ right: StoredUsage) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.tenant != right.tenant { return tenants.precedes(left.tenant, right.tenant) }
        if left.user != right.user { return users.precedes(left.user, right.user) }
        if left.model != right.model { return models.precedes(left.model, right.model) }
        let (one, other) = (left.tokens, right.tokens)
        if one.input != other.input { return one.input < other.input }
        if one.output != other.output { return one.output < other.output }
        if one.total != other.total { return one.total < other.total }
        if left.request != right.request {
            return requestText(left.request).lexicographicallyPrecedes(requestText(right.request))
        }
        if one.cacheRead != other.cacheRead { return one.cacheRead < other.cacheRead }
        return one.cacheWrite < other.cacheWrite
    }

    /// The bytes of a request id; none where there is none.
    func requestText(_ request: StoredRequest) -> [UInt8] {
        if !request.isPresent { return [] }
        if request.isSymbol {
            return requests.withBytes(of: UInt32(truncatingIfNeeded: request.low)) { Array($0) }
        }
        return [UInt8](unsafeUninitializedCapacity: UUIDText.size) { buffer, count in
            UUIDText.write(
                high: request.high, low: request.low, to: UnsafeMutableRawBufferPointer(buffer)
            )
            count = UUIDText.size
        }
    }

    func record(_ usage: StoredUsage) -> UsageRecord {
        UsageRecord(
            time: EventTime(microseconds: usage.time),
            tenant: TenantID(tenants.string(usage.tenant)),
            user: UserID(users.string(usage.user)),
            model: ModelID(models.string(usage.model)),
            tokens: usage.tokens,
            request: usage.request.isPresent
                ? RequestID(String(decoding: requestText(usage.request), as: UTF8.self)) : nil
        )
    }
}
