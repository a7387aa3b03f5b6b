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
    func hash(of identity: UsageIdentity) -> UInt64 {
        if request.isPresent, identity == .request {
            let number = UInt64(truncatingIfNeeded: day) << 32 | UInt64(tenant)
            return Hashing.mix(Hashing.mix(request.low ^ number) ^ request.high)
        }
        let names = UInt64(user) << 32 | UInt64(tenant)
        let counts =
            UInt64(bitPattern: tokens.input &* 0x1_0000_01 &+ tokens.output) ^ UInt64(model) << 48
        return Hashing.mix(Hashing.mix(UInt64(bitPattern: time) ^ counts) ^ names)
    }
}
