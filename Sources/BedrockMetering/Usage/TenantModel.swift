/// A tenant and a model, by which usage is priced.
package struct TenantModel: Sendable, Hashable, Comparable {
    package let tenant: TenantID
    /// Nil where sums were kept by tenant alone, as ledgers of 0.1.0 have them.
    package let model: ModelID?

    package init(_ tenant: TenantID, _ model: ModelID?) {
        self.tenant = tenant
        self.model = model
    }

    /// By the bytes of the tenant's name, then of the model's.
    package static func < (left: Self, right: Self) -> Bool {
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        guard let model = left.model else { return right.model != nil }
        return right.model.map { model < $0 } ?? false
    }
}
