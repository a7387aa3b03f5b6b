internal import BedrockMetering

/// A call in a tenant's account, from its reservation on. It keeps the windows that it was debited in, so that
/// a tenant whose zone changes meanwhile is not settled in others.
struct OpenCall: Sendable, Hashable, Codable {
    /// Microseconds since 1970, UTC, as all times here.
    var time: Int64
    var user: String
    var model: String
    var estimatedInput: Int64
    var estimatedOutput: Int64
    var day: String
    var month: String
    var leaseEnd: Int64
    var claimEnd: Int64?

    init(_ intent: CallIntent, _ windows: LimitWindows, _ leaseEnd: EventTime) {
        time = intent.time.microseconds
        user = intent.user.rawValue
        model = intent.model.rawValue
        estimatedInput = intent.estimatedInput
        estimatedOutput = intent.estimatedOutput
        day = windows.day
        month = windows.month
        self.leaseEnd = leaseEnd.microseconds
    }

    var estimate: Int64 { estimatedInput.addingCapped(estimatedOutput) }

    func intent(_ callID: String, _ tenant: TenantID) -> CallIntent {
        CallIntent(
            callID: callID, time: EventTime(microseconds: time), tenant: tenant, user: UserID(user),
            model: ModelID(model), estimatedInput: estimatedInput,
            estimatedOutput: estimatedOutput)
    }
}
