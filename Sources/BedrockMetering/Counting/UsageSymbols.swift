/// The names of usage records, each kind in a table of its own.
struct UsageSymbols {
    var tenants: SymbolTable
    var users: SymbolTable
    var models: SymbolTable
    /// Request ids that are no UUIDs.
    var requests: SymbolTable
    /// Whether an id was given that is a placeholder.
    private(set) var metPlaceholder = false

    init(_ seed: HashSeed = .process) {
        tenants = SymbolTable(seed)
        users = SymbolTable(seed)
        models = SymbolTable(seed)
        requests = SymbolTable(seed)
    }

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

    /// Whether of two versions of a call `left` is the one that stays: the larger one by the sum of its
    /// counts, then by its logged total, then the one that comes first in a day file.
    ///
    /// Of two snapshots of a call it is the later one.
    func prevails(_ left: StoredUsage, _ right: StoredUsage) -> Bool {
        let (one, other) = (left.tokens, right.tokens)
        let (sum, otherSum) = (one.wideSumOfParts, other.wideSumOfParts)
        if sum != otherSum { return sum > otherSum }
        if one.total != other.total { return one.total > other.total }
        return precedes(left, right)
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

    /// The request id at `start` of `text`, which has ``ByteScan/padding`` after it; none where it is a
    /// placeholder, as lakes of 0.1.0 hold them.
    @inline(__always)
    mutating func request(_ text: RawSpan, from start: Int, size: Int) -> StoredRequest {
        // One without bytes was a placeholder if it has a place; the decoder has emptied it.
        if size == 0 && start == 0 { return .none }
        if PlaceholderID.matches(text, from: start, size: size) {
            metPlaceholder = true
            return .none
        }
        let slice = TextSlice(from: start, to: start &+ size)
        return .uuid(slice, text) ?? .symbol(requests.symbol(of: text, from: start, size: size))
    }

    /// The versions of `call` as rows; nil where they are not known.
    mutating func versions(of call: CallConflict) -> CallVersions? {
        let rows = call.versions.map { row(of: $0) }
        return rows.isEmpty ? nil : CallVersions(rows, hasMore: call.hasMore)
    }

    mutating func row(of record: UsageRecord) -> StoredUsage {
        let request = Array((record.request?.rawValue ?? "").utf8)
        let padded = request + [UInt8](repeating: 0, count: ByteScan.padding)
        return StoredUsage(
            time: record.time.microseconds,
            tokens: record.tokens,
            request: self.request(padded.span.bytes, from: 0, size: request.count),
            tenant: tenants.symbol(of: record.tenant.rawValue),
            user: users.symbol(of: record.user.rawValue),
            model: models.symbol(of: record.model.rawValue)
        )
    }

    /// A call and its versions, the one that stays first.
    func conflict(_ versions: CallVersions) -> CallConflict {
        let rows = versions.rows.sorted(by: prevails)
        return CallConflict(
            day: UsageDay(number: rows[0].day),
            tenant: TenantID(tenants.string(rows[0].tenant)),
            request: requestID(rows[0].request),
            versions: rows.map { record($0) },
            hasMore: versions.hasMore
        )
    }

    func record(_ usage: StoredUsage) -> UsageRecord {
        UsageRecord(
            time: EventTime(microseconds: usage.time),
            tenant: TenantID(tenants.string(usage.tenant)),
            user: UserID(users.string(usage.user)),
            model: ModelID(models.string(usage.model)),
            tokens: usage.tokens,
            request: usage.request.isPresent ? requestID(usage.request) : nil
        )
    }

    private func requestID(_ request: StoredRequest) -> RequestID {
        RequestID(String(decoding: requestText(request), as: UTF8.self))
    }

    /// Bytes that the names of a row may have, by the longest ones.
    var longestNames: Int {
        tenants.longest + users.longest + models.longest + requests.longest
    }

    func nameBytes(of usage: StoredUsage) -> Int {
        let request = usage.request
        return tenants.size(of: usage.tenant) + users.size(of: usage.user)
            + models.size(of: usage.model)
            + (request.isPresent && request.isSymbol
                ? requests.size(of: UInt32(truncatingIfNeeded: request.low)) : 0)
    }

    /// Reads the names of `rows`, so that they are in the cache; returns a number that must be kept.
    func prefetch(_ rows: ArraySlice<StoredUsage>) -> Int {
        tenants.prefetch(rows.lazy.map(\.tenant)) &+ users.prefetch(rows.lazy.map(\.user))
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
}
