package import BedrockMetering

/// What tells the calls of a day apart that have request ids.
package struct CallKey: Sendable, Hashable, Comparable {
    package let tenant: TenantID
    package let request: RequestID

    init(_ tenant: TenantID, _ request: RequestID) {
        self.tenant = tenant
        self.request = request
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.tenant == right.tenant ? left.request < right.request : left.tenant < right.tenant
    }
}
