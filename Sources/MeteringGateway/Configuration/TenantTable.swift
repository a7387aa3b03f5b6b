package import BedrockMetering

/// What the tenants may do, by the rules of each and those of `*`, which stand in for what a tenant's own
/// leave out.
package struct TenantTable: Sendable, Equatable {
    /// What a tenant may do, as far as it is said; a limit that is said to be none is `.some(nil)`.
    package struct Entry: Sendable, Equatable {
        package var models: [String]??
        package var requestsPerMinute: Int??
        package var concurrentCalls: Int??
        package var tokensPerDay: Int??
        package var tokensPerMonth: Int??
        package var zone: UsageZone?

        package init() {}
    }

    /// By the names' bytes.
    private var entries: [TenantID: TenantRules] = [:]
    /// What holds for a tenant that has no entry; nil where such a tenant is not known.
    private var others: TenantRules?

    package init(_ entries: [TenantID: Entry]) {
        let star = entries["*"]
        others = star.map { TenantRules($0, over: nil) }
        for (tenant, entry) in entries where tenant != "*" {
            self.entries[tenant] = TenantRules(entry, over: star)
        }
    }

    /// What a tenant may do; nil where it is not known. A tenant whose name is `*` is one without an entry.
    package func rules(of tenant: TenantID) -> TenantRules? {
        entries[tenant] ?? others
    }

    /// The tenants that have an entry, in order.
    package var named: [TenantID] { entries.keys.sorted() }
    package var takesOthers: Bool { others != nil }
}

/// What a tenant may do; nil is no limit.
package struct TenantRules: Sendable, Equatable {
    /// Aliases; nil for all.
    package var models: [String]?
    /// By the minute of UTC.
    package var requestsPerMinute: Int?
    package var concurrentCalls: Int?
    /// By day and month of ``zone``.
    package var tokensPerDay: Int?
    package var tokensPerMonth: Int?
    package var zone = UsageZone.utc

    package init(
        models: [String]? = nil, requestsPerMinute: Int? = nil, concurrentCalls: Int? = nil,
        tokensPerDay: Int? = nil, tokensPerMonth: Int? = nil, zone: UsageZone = .utc
    ) {
        self.models = models
        self.requestsPerMinute = requestsPerMinute
        self.concurrentCalls = concurrentCalls
        self.tokensPerDay = tokensPerDay
        self.tokensPerMonth = tokensPerMonth
        self.zone = zone
    }

    fileprivate init(_ entry: TenantTable.Entry, over star: TenantTable.Entry?) {
        models = Self.merged(entry.models, star?.models)
        requestsPerMinute = Self.merged(entry.requestsPerMinute, star?.requestsPerMinute)
        concurrentCalls = Self.merged(entry.concurrentCalls, star?.concurrentCalls)
        tokensPerDay = Self.merged(entry.tokensPerDay, star?.tokensPerDay)
        tokensPerMonth = Self.merged(entry.tokensPerMonth, star?.tokensPerMonth)
        zone = entry.zone ?? star?.zone ?? .utc
    }

    /// What is said, even if it is that there is no limit, else what is said for all.
    private static func merged<Value>(_ own: Value??, _ others: Value??) -> Value? {
        if let own { return own }
        if let others { return others }
        return nil
    }

    /// Whether the tenant may use a model, by its alias.
    package func allows(_ alias: String) -> Bool {
        models.map { $0.contains { $0.utf8.elementsEqual(alias.utf8) } } ?? true
    }
}
