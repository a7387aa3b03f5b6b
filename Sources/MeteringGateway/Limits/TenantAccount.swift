package import BedrockMetering

/// What a tenant has used and what it has reserved, as far as limits are concerned: a value that stores keep
/// and that ``apply(_:)`` changes.
///
/// Calls that are reserved stand in it with their estimate already debited, so that nothing that comes later,
/// and no crash, can lose a debit: a call is settled, refunded or left as it is.
package struct TenantAccount: Sendable, Hashable, Codable {
    struct Sum: Sendable, Hashable, Codable {
        var requests: Int64 = 0
        var tokens: Int64 = 0

        mutating func add(requests: Int64, tokens: Int64) {
            self.requests = max(0, self.requests.addingCapped(requests))
            self.tokens = max(0, self.tokens.addingCapped(tokens))
        }
    }

    /// Requests by the minutes of UTC since 1970.
    var minutes: [Int: Int64] = [:]
    /// By the tenant's days and months, as `2025-12-07` and `2025-12`.
    var days: [String: Sum] = [:]
    var months: [String: Sum] = [:]
    /// By their ids.
    var open: [String: OpenCall] = [:]

    package init() {}

    /// How many calls are neither settled nor given up.
    package var openCount: Int { open.count }

    // MARK: Changes

    /// Makes a change, all of it or, if it is refused, nothing. A change that was made before is made once.
    package mutating func apply(_ change: AccountChange) -> AccountOutcome {
        switch change {
        case .reserve(let intent, let rules, let leaseEnd):
            return reserve(intent, rules, leaseEnd)
        case .settle(let id, let tokens):
            guard let call = open.removeValue(forKey: id) else { return .absent }
            add(to: call, requests: 0, tokens: max(0, tokens) - call.estimate)
        case .refund(let id):
            guard let call = open.removeValue(forKey: id) else { return .absent }
            add(to: call, requests: -1, tokens: -call.estimate)
        case .leaveUnknown(let id):
            guard open.removeValue(forKey: id) != nil else { return .absent }
        case .claim(let id, let now, let end):
            guard var call = open[id], call.leaseEnd <= now.microseconds,
                call.claimEnd ?? .min <= now.microseconds
            else { return .absent }
            call.claimEnd = end.microseconds
            open[id] = call
        case .endLeases:
            for id in open.keys { open[id]?.leaseEnd = .min }
        }
        forget()
        return .done
    }

    private mutating func reserve(
        _ intent: CallIntent, _ rules: TenantRules, _ leaseEnd: EventTime
    ) -> AccountOutcome {
        guard open[intent.callID] == nil else { return .done }
        let windows = LimitWindows(intent.time, in: rules.zone)
        if let refusal = refusal(of: intent, rules, windows) { return .refused(refusal) }
        let call = OpenCall(intent, windows, leaseEnd)
        minutes[windows.minute, default: 0] += 1
        add(to: call, requests: 1, tokens: intent.estimate)
        open[intent.callID] = call
        forget()
        return .done
    }

    private func refusal(
        of intent: CallIntent, _ rules: TenantRules, _ windows: LimitWindows
    ) -> LimitRefusal? {
        if let limit = rules.requestsPerMinute,
            minutes[windows.minute, default: 0] >= Int64(limit)
        {
            return LimitRefusal(
                .requestsPerMinute, retryAfterSeconds: windows.secondsOfMinute)
        }
        if let limit = rules.concurrentCalls {
            let now = intent.time.microseconds
            if open.values.count(where: { $0.leaseEnd > now }) >= limit {
                return LimitRefusal(.concurrentCalls, retryAfterSeconds: 1)
            }
        }
        func exceeds(_ limit: Int?, _ sum: Sum?) -> Bool {
            guard let limit else { return false }
            let used = sum?.tokens ?? 0
            // A limit of 0 lets nobody in.
            return used >= Int64(limit) || used.addingCapped(intent.estimate) > Int64(limit)
        }
        if exceeds(rules.tokensPerDay, days[windows.day]) {
            return LimitRefusal(.tokensPerDay, retryAfterSeconds: windows.secondsOfDay)
        }
        if exceeds(rules.tokensPerMonth, months[windows.month]) {
            return LimitRefusal(.tokensPerMonth, retryAfterSeconds: windows.secondsOfMonth)
        }
        return nil
    }

    private mutating func add(to call: OpenCall, requests: Int64, tokens: Int64) {
        days[call.day, default: Sum()].add(requests: requests, tokens: tokens)
        months[call.month, default: Sum()].add(requests: requests, tokens: tokens)
    }

    /// Drops what bears on no call that may come: all but a few of the latest windows.
    ///
    /// Several, since the clocks of machines differ, and since calls that began before midnight end after it.
    private mutating func forget() {
        func latest<Key: Comparable, Value>(_ count: Int, of windows: [Key: Value]) -> [Key: Value]
        {
            guard windows.count > count else { return windows }
            let first = windows.keys.sorted()[windows.count - count]
            return windows.filter { $0.key >= first }
        }
        minutes = latest(3, of: minutes)
        days = latest(4, of: days)
        months = latest(3, of: months)
    }

    // MARK: Questions

    /// What was used in the day and the month that an instant falls in.
    package func usage(at time: EventTime, in zone: UsageZone) -> TenantUsage {
        let windows = LimitWindows(time, in: zone)
        func sum(_ date: String, _ sums: [String: Sum]) -> TenantUsage.Sum {
            let sum = sums[date] ?? Sum()
            return TenantUsage.Sum(date: date, requests: sum.requests, tokens: sum.tokens)
        }
        return TenantUsage(day: sum(windows.day, days), month: sum(windows.month, months))
    }

    /// The calls whose lease is over, and which nobody has claimed, in order.
    package func abandoned(by tenant: TenantID, at now: EventTime) -> [CallIntent] {
        open.filter {
            $0.value.leaseEnd <= now.microseconds && $0.value.claimEnd ?? .min <= now.microseconds
        }
        .map { $0.value.intent($0.key, tenant) }
        .sorted { ($0.time, $0.callID) < ($1.time, $1.callID) }
    }
}

/// A change of a tenant's account.
package enum AccountChange: Sendable {
    /// Debits a call's estimate, if limits allow it. It has a place among those that run until `leaseEnd`.
    case reserve(CallIntent, under: TenantRules, leaseEnd: EventTime)
    /// Puts what was used, cached tokens too, in place of the estimate.
    case settle(callID: String, tokens: Int64)
    /// Takes the estimate and the request back; the minute keeps the request, which was made.
    case refund(callID: String)
    /// Keeps the estimate debited for good.
    case leaveUnknown(callID: String)
    /// Takes on a call whose lease is over, so that nobody else does before `until`.
    case claim(callID: String, now: EventTime, until: EventTime)
    /// Ends the leases of all calls: whoever made them is gone. Debits stay.
    case endLeases
}

package enum AccountOutcome: Sendable, Hashable {
    case done
    case refused(LimitRefusal)
    /// There is no such call, or not any more, or it is not to be had.
    case absent
}
