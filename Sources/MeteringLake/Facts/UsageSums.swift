package import BedrockMetering

/// What a day adds up to, by tenant and model, as it was recorded or as it follows from facts.
package struct UsageSums: Sendable, Hashable {
    /// Without those of which nothing is left.
    package private(set) var byName: [TenantModel: Restatement.Difference]

    package init(_ sums: [TenantModel: UsageTotals] = [:]) {
        byName = sums.mapValues { Restatement.Difference($0) }
    }

    /// Makes changes, or takes them back.
    package mutating func apply(_ changes: [Restatement.Change], backwards: Bool = false) {
        for change in changes {
            var sum = byName[change.key] ?? Restatement.Difference()
            if backwards { sum = sum - change.difference } else { sum += change.difference }
            byName[change.key] = sum == Restatement.Difference() ? nil : sum
        }
    }

    /// All sums as one.
    package var whole: Restatement.Difference {
        byName.values.reduce(into: Restatement.Difference()) { $0 += $1 }
    }

    /// Whether every sum is one of a tenant and a model.
    package var areByModel: Bool { byName.keys.allSatisfy { $0.model != nil } }

    /// What changed from these sums to `other`, in the order of names.
    ///
    /// A tenant whose models are not known apart on either side is compared as a whole.
    package func changes(to other: UsageSums) -> [Restatement.Change] {
        let whole = Set(
            (byName.keys.map(\.self) + other.byName.keys).filter { $0.model == nil }.map(\.tenant))
        let (before, after) = (merging(whole), other.merging(whole))
        return Set(before.keys).union(after.keys).sorted().compactMap { key in
            let old = before[key] ?? Restatement.Difference()
            let new = after[key] ?? Restatement.Difference()
            return old == new ? nil : Restatement.Change(key, new - old)
        }
    }

    /// What of each tenant is lost from these sums to `other`: those with fewer calls or tokens.
    package func losses(to other: UsageSums) -> [Restatement.Change] {
        let tenants = Set(byName.keys.map(\.tenant)).union(other.byName.keys.map(\.tenant))
        let (before, after) = (merging(tenants), other.merging(tenants))
        return tenants.sorted().compactMap { tenant in
            let key = TenantModel(tenant, nil)
            let change =
                (after[key] ?? Restatement.Difference()) - (before[key] ?? Restatement.Difference())
            return change.requests < 0 || change.total < 0 ? Restatement.Change(key, change) : nil
        }
    }

    /// The sums with the models of some tenants taken together.
    private func merging(_ tenants: Set<TenantID>) -> [TenantModel: Restatement.Difference] {
        guard !tenants.isEmpty else { return byName }
        var merged: [TenantModel: Restatement.Difference] = [:]
        for (key, sum) in byName {
            let key = tenants.contains(key.tenant) ? TenantModel(key.tenant, nil) : key
            merged[key, default: Restatement.Difference()] += sum
        }
        return merged
    }
}
