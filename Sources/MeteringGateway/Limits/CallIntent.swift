package import BedrockMetering

/// A call as it is known before it is made: enough to name it if nothing more comes to be known.
package struct CallIntent: Sendable, Hashable {
    /// Ours, also `x-request-id` of the answer and a part of Bedrock's own log.
    package var callID: String
    /// When it came in; the usage line has the same.
    package var time: EventTime
    package var tenant: TenantID
    package var user: UserID
    /// As it is called, and as the line names it.
    package var model: ModelID
    /// What it may use at most, in tokens, by what is known of it.
    package var estimatedInput: Int64
    package var estimatedOutput: Int64

    package init(
        callID: String, time: EventTime, tenant: TenantID, user: UserID, model: ModelID,
        estimatedInput: Int64, estimatedOutput: Int64
    ) {
        self.callID = callID
        self.time = time
        self.tenant = tenant
        self.user = user
        self.model = model
        self.estimatedInput = estimatedInput
        self.estimatedOutput = estimatedOutput
    }

    /// What is debited until the usage is known.
    package var estimate: Int64 { estimatedInput.addingCapped(estimatedOutput) }

    /// The line that names the call if its usage is not known. It follows from the intent and the reason
    /// alone, as far as Bedrock has told no id.
    package func unknownLine(
        _ reason: UnknownCallLine.Reason, request: RequestID? = nil
    ) -> UnknownCallLine {
        UnknownCallLine(
            time: time, tenant: tenant, user: user, model: model, callID: callID, reason: reason,
            request: request, estimatedInput: estimatedInput, estimatedOutput: estimatedOutput)
    }
}

extension Int64 {
    /// The sum, or the largest or the smallest number where it would pass that.
    func addingCapped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }
}
