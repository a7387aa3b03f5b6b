/// A usage record as a merger keeps it: 80 bytes, its names as symbols.
struct StoredUsage {
    /// Microseconds since 1970, UTC.
    var time: Int64
    var tokens: TokenCounts
    var request: StoredRequest
    /// Whether an equal record may be another call, as ``UsageBatchRow/mayRecur`` says. It is no part of
    /// the record, and fits where there was nothing.
    var mayRecur = false
    var tenant: UInt32
    var user: UInt32
    var model: UInt32

    /// Days since 1970, UTC.
    var day: Int64 { time.flooredQuotient(by: EventTime.perDay) }

    /// Whether both stand for the same call by `identity`: the same request of a tenant on a day, or,
    /// without request ids, the same record.
    @inline(__always)
    func hasSameIdentity(as other: StoredUsage, by identity: UsageIdentity) -> Bool {
        guard request == other.request, tenant == other.tenant else { return false }
        return request.isPresent && identity == .request
            ? day == other.day : isEqual(to: other)
    }

    @inline(__always)
    func isEqual(to other: StoredUsage) -> Bool {
        time == other.time && tokens == other.tokens && request == other.request
            && tenant == other.tenant && user == other.user && model == other.model
    }

    /// Whether both are the same in all columns that come before the request id in a day file.
    func equalsUpToRequest(_ other: StoredUsage) -> Bool {
        time == other.time && tenant == other.tenant && user == other.user && model == other.model
            && tokens.input == other.tokens.input && tokens.output == other.tokens.output
            && tokens.total == other.tokens.total
    }

    /// Whether `other` is a snapshot of what this is, taken earlier: of the same tenant and model, with
    /// no count larger and some smaller.
    func dominates(_ other: StoredUsage) -> Bool {
        tenant == other.tenant && model == other.model && tokens.dominates(other.tokens)
    }

    /// A hash of what makes the identity.
    @inline(__always)
    func hash(of identity: UsageIdentity, _ seed: HashSeed) -> UInt64 {
        if request.isPresent, identity == .request {
            let number = UInt64(truncatingIfNeeded: day) << 32 | UInt64(tenant)
            return seed.hash(request.low, request.high, number)
        }
        return hashOfRecord(seed)
    }

    /// A hash of all that the record holds.
    @inline(never)
    private func hashOfRecord(_ seed: HashSeed) -> UInt64 {
        func word(_ count: Int64) -> UInt64 { UInt64(bitPattern: count) }
        return seed.hash(
            (word(time), word(tokens.input)),
            (word(tokens.output), word(tokens.total)),
            (word(tokens.cacheRead), word(tokens.cacheWrite)),
            (UInt64(user) << 32 | UInt64(tenant), UInt64(request.kind) << 32 | UInt64(model)),
            (request.low, request.high)
        )
    }
}
