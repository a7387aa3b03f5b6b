package import BedrockMetering

/// Who makes a call, by a token that was verified.
package struct Caller: Sendable, Equatable {
    package let tenant: TenantID
    package let user: UserID

    package init(tenant: TenantID, user: UserID) {
        self.tenant = tenant
        self.user = user
    }
}
