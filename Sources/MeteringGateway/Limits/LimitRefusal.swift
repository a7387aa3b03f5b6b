/// Why a call does not fit a tenant's limits.
package struct LimitRefusal: Sendable, Hashable {
    package enum Limit: Sendable, Hashable {
        case requestsPerMinute, concurrentCalls, tokensPerDay, tokensPerMonth
    }

    package var limit: Limit
    /// After which time it may fit.
    package var retryAfterSeconds: Int

    package init(_ limit: Limit, retryAfterSeconds: Int) {
        self.limit = limit
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// What a tenant has used in its day and its month, open calls with their estimates among it.
package struct TenantUsage: Sendable, Hashable {
    package struct Sum: Sendable, Hashable {
        /// `2025-12-07` or `2025-12`.
        package var date: String
        package var requests: Int64
        package var tokens: Int64
    }

    package var day: Sum
    package var month: Sum
}
