/// A call with a request id of which versions were met that contradict each other, and so a conflict.
package struct CallConflict: Sendable, Hashable {
    package let day: UsageDay
    package let tenant: TenantID
    package let request: RequestID
    /// The versions that are no snapshots of another one, the one that stays first; at most 100. None
    /// where only the call is known.
    package let versions: [UsageRecord]
    /// Whether there were more of them.
    package let hasMore: Bool

    package init(
        day: UsageDay, tenant: TenantID, request: RequestID, versions: [UsageRecord] = [],
        hasMore: Bool = false
    ) {
        self.day = day
        self.tenant = tenant
        self.request = request
        self.versions = versions
        self.hasMore = hasMore
    }

    /// The call without its versions, by which it is told from others.
    package var alone: CallConflict {
        CallConflict(day: day, tenant: tenant, request: request)
    }
}
