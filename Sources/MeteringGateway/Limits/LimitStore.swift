package import BedrockMetering

/// Keeps the accounts of tenants. What is decided is decided by ``TenantAccount``; a store makes it durable,
/// and has one change at a time see what the one before has left.
package protocol LimitStore: Sendable {
    /// Whether what is reserved outlives the process, so that a reservation is an intent.
    var isDurable: Bool { get }

    /// Makes a change of an account, and returns when it is kept.
    ///
    /// - Throws: ``LimitStoreError`` if that is not certain; it may have been made. A repetition does no harm.
    func apply(
        _ change: AccountChange, to tenant: TenantID
    ) async throws(LimitStoreError) -> AccountOutcome

    /// An account as it is now.
    func account(of tenant: TenantID) async throws(LimitStoreError) -> TenantAccount

    /// The tenants some of whose calls are neither settled nor given up, in order.
    func tenantsWithOpenCalls() async throws(LimitStoreError) -> [TenantID]
}

/// A store that cannot be reached, or does not hold what it should.
package struct LimitStoreError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

extension LimitStore {
    /// Reserves a call's estimate.
    ///
    /// - Parameter lease: how long the call may run.
    /// - Returns: nil if it is reserved, else why it is not; a call that is refused counts for nothing.
    package func reserve(
        _ call: CallIntent, under rules: TenantRules, lease: Duration
    ) async throws(LimitStoreError) -> LimitRefusal? {
        let end = EventTime(
            microseconds: call.time.microseconds.addingCapped(Int64(lease / .microseconds(1))))
        let outcome = try await apply(
            .reserve(call, under: rules, leaseEnd: end), to: call.tenant)
        guard case .refused(let refusal) = outcome else { return nil }
        return refusal
    }

    /// Puts what a call has used in place of its estimate, once.
    package func settle(_ call: CallIntent, tokens: Int64) async throws(LimitStoreError) {
        _ = try await apply(.settle(callID: call.callID, tokens: tokens), to: call.tenant)
    }

    /// Takes back what was reserved for a call that Bedrock has not served.
    package func refund(_ call: CallIntent) async throws(LimitStoreError) {
        _ = try await apply(.refund(callID: call.callID), to: call.tenant)
    }

    /// Leaves a call's estimate debited, as nobody knows what it has used.
    package func leaveUnknown(_ call: CallIntent) async throws(LimitStoreError) {
        _ = try await apply(.leaveUnknown(callID: call.callID), to: call.tenant)
    }

    /// What a tenant has used in the day and the month that an instant falls in.
    package func usage(
        of tenant: TenantID, at time: EventTime, in zone: UsageZone
    ) async throws(LimitStoreError) -> TenantUsage {
        try await account(of: tenant).usage(at: time, in: zone)
    }

    /// The calls whose leases are over, and which nobody is about to settle.
    package func abandonedCalls(at now: EventTime) async throws(LimitStoreError) -> [CallIntent] {
        var calls: [CallIntent] = []
        for tenant in try await tenantsWithOpenCalls() {
            calls += try await account(of: tenant).abandoned(by: tenant, at: now)
        }
        return calls
    }

    /// Takes on an abandoned call; false if somebody else has, or it is settled.
    package func claim(
        _ call: CallIntent, at now: EventTime, for time: Duration
    ) async throws(LimitStoreError) -> Bool {
        let end = EventTime(
            microseconds: now.microseconds.addingCapped(Int64(time / .microseconds(1))))
        return try await apply(.claim(callID: call.callID, now: now, until: end), to: call.tenant)
            == .done
    }
}
