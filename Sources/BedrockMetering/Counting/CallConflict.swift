/// A call with a request id of which versions were met that contradict each other, and so a conflict.
public struct CallConflict: Sendable, Hashable, Codable {
    public let day: UsageDay
    public let tenant: TenantID
    public let request: RequestID
    /// The versions that are no snapshots of another one, the one that stays first; at most 100. None
    /// if only the call is known.
    public let versions: [UsageRecord]
    /// Whether there were more of them.
    public let hasMore: Bool

    public init(
        day: UsageDay, tenant: TenantID, request: RequestID, versions: [UsageRecord] = [],
        hasMore: Bool = false
    ) {
        self.day = day
        self.tenant = tenant
        self.request = request
        self.versions = versions
        self.hasMore = hasMore
    }

    /// The call itself.
    public var id: CallID { CallID(day: day, tenant: tenant, request: request) }

    /// The call without its versions, by which it is told from others.
    package var alone: CallConflict {
        CallConflict(day: day, tenant: tenant, request: request)
    }
}
