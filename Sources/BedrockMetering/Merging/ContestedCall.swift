/// A call with a request id of which more than one version was met, and so a conflict.
package struct ContestedCall: Sendable, Hashable {
    package let day: UsageDay
    package let tenant: TenantID
    package let request: RequestID

    package init(day: UsageDay, tenant: TenantID, request: RequestID) {
        self.day = day
        self.tenant = tenant
        self.request = request
    }
}
