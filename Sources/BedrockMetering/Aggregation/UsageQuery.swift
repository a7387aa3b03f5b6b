/// A question about usage, as a value that two interpreters answer alike: ``rows(from:)-(Sequence<UsageRecord>)`` in this
/// process, and ``athenaSQL(from:)`` as a statement for Athena.
///
/// Rows come by window, then by total tokens from the largest down, then by tenant, model and user
/// in the order of their bytes.
public struct UsageQuery: Sendable, Hashable {
    @nonexhaustive
    public enum Group: String, Sendable, Hashable, CaseIterable {
        case model, user
    }

    /// What usage is added up over.
    public var window: UsageWindow.Size
    /// The days that count, in ``zone``.
    public var period: UsagePeriod
    /// Whose days and hours these are, and those of the rows; UTC unless set.
    public var zone: UsageZone
    /// What rows are split by beside the tenant.
    public var groups: Set<Group>
    /// The tenants that count; all if empty.
    public var tenants: Set<TenantID>
    /// The first rows only, if set.
    ///
    /// - Precondition: it is not negative.
    public var limit: Int? {
        didSet { Self.check(limit) }
    }
    /// What tokens cost; rows have a cost if set. A call has the price of its UTC day in any zone.
    public var prices: PriceBook?

    public init(
        per window: UsageWindow.Size,
        during period: UsagePeriod,
        in zone: UsageZone = .utc,
        by groups: Set<Group> = [],
        tenants: Set<TenantID> = [],
        limit: Int? = nil,
        prices: PriceBook? = nil
    ) {
        self.window = window
        self.period = period
        self.zone = zone
        self.groups = groups
        self.tenants = tenants
        Self.check(limit)
        self.limit = limit
        self.prices = prices
    }

    private static func check(_ limit: Int?) {
        precondition((limit ?? 0) >= 0, "the limit of a query is negative")
    }

    /// The UTC days that the period touches; those of the lake's partitions that hold it.
    ///
    /// A call is told from others within its UTC day, so that what a query counts once is known from
    /// these days as a whole, and from no part of them.
    package var utcDays: UsagePeriod { zone.utcDays(of: period) }

    /// The rows that `records` add up to. Redelivered records count as often as they come; see
    /// ``Swift/Sequence/deduplicated()``.
    ///
    /// - Throws: ``UsageOverflowError`` if a sum does not fit 63 bits.
    public func rows(
        from records: some Sequence<UsageRecord>
    ) throws(UsageOverflowError) -> [UsageRow] {
        var aggregator = UsageAggregator(self)
        for record in records { aggregator.add(record) }
        return try aggregator.rows()
    }

    /// The rows that all calls of a merger add up to, each call once.
    ///
    /// - Throws: ``UsageOverflowError`` if a sum does not fit 63 bits.
    /// - Complexity: linear; makes no records of the calls.
    public func rows(from merger: UsageMerger) throws(UsageOverflowError) -> [UsageRow] {
        var aggregator = UsageAggregator(self)
        aggregator.add(merger)
        return try aggregator.rows()
    }
}
