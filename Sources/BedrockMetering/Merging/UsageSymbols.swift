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

    /// Reads the names of `rows`, so that they are in the cache; returns a number that must be kept.
    func warm(_ rows: [StoredUsage]) -> Int {
        tenants.warm(rows.lazy.map(\.tenant)) &+ users.warm(rows.lazy.map(\.user))
    }

    /// Appends the line of a record.
    func append(_ usage: StoredUsage, to encoder: inout UsageLineEncoder) {
        tenants.withPaddedBytes(of: usage.tenant) { tenant in
            users.withPaddedBytes(of: usage.user) { user in
                models.withPaddedBytes(of: usage.model) { model in
                    withRequest(usage.request) { request in
                        encoder.append(
                            time: usage.time, tokens: usage.tokens, tenant: tenant, user: user,
                            model: model, request: request
                        )
                    }
                }
            }
        }
    }

    private func withRequest(
        _ request: StoredRequest, _ body: (UsageLineEncoder.Request) -> Void
    ) {
        if !request.isPresent { return body(.none) }
        guard request.isSymbol else {
            return body(.uuid(high: request.high, low: request.low))
        }
        requests.withPaddedBytes(of: UInt32(truncatingIfNeeded: request.low)) { body(.name($0)) }
    }

    /// The order of a record and a decoded row whose times are equal, as in
    /// ``precedes(_:_:)``: negative, 0 where they are the same record, or positive.
    func order(
        of usage: StoredUsage, _ row: UsageBatchRow, _ text: UnsafeRawBufferPointer
    ) -> Int {
        func compare(_ left: UnsafeRawBufferPointer, _ slice: TextSlice) -> Int {
            let right = UnsafeRawBufferPointer(rebasing: text[slice.range])
            if left.elementsEqual(right) { return 0 }
            return left.lexicographicallyPrecedes(right) ? -1 : 1
        }
        func compare(_ left: Int64, _ right: Int64) -> Int {
            left == right ? 0 : left < right ? -1 : 1
        }
        let names = [
            tenants.withBytes(of: usage.tenant) { compare($0, row.tenant) },
            users.withBytes(of: usage.user) { compare($0, row.user) },
            models.withBytes(of: usage.model) { compare($0, row.model) },
        ]
        if let order = names.first(where: { $0 != 0 }) { return order }
        let counts = [
            compare(usage.tokens.input, row.tokens.input),
            compare(usage.tokens.output, row.tokens.output),
            compare(usage.tokens.total, row.tokens.total),
        ]
        if let order = counts.first(where: { $0 != 0 }) { return order }
        let request = requestText(usage.request).withUnsafeBytes { compare($0, row.request) }
        if request != 0 { return request }
        let cacheRead = compare(usage.tokens.cacheRead, row.tokens.cacheRead)
        return cacheRead != 0 ? cacheRead : compare(usage.tokens.cacheWrite, row.tokens.cacheWrite)
    }
}
