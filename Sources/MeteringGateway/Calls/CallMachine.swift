internal import AWSServices
internal import BedrockMetering

/// One call from its reservation to its end: what is done next, by what has come of what was done. No I/O.
///
/// The order leaves no hole: reserved, intent durable, called, line durable, settled, answered. However a call
/// ends, it passes one of three doors: a usage line, an unknown line, or a refund.
struct CallMachine: Sendable {
    enum State: Sendable, Equatable {
        case reserving, intending, calling, reading, recording, settling, ended
    }

    /// What has come of the last action.
    enum Event: Sendable, Equatable {
        /// The call's estimate is reserved, or does not fit.
        case reserved
        case refused(LimitRefusal)
        case limitsUnavailable
        case intentIsDurable
        case intentFailed
        /// The model's answer begins.
        case opened(requestID: String?)
        case answer(ConverseEvent)
        /// The model failed, or its answer ended before its usage.
        case failed(ConverseFailure)
        /// The line of the call is durable, or was not taken anywhere.
        case recorded(Bool)
        case settled
    }

    /// What to do. The last one of several is what the next event tells of.
    enum Action: Sendable, Equatable {
        case reserve
        case writeIntent
        case call
        case read
        /// Hands a piece of text to the client.
        case deliver(String)
        case record(UsageLine)
        case recordUnknown(UnknownCallLine)
        case withdrawIntent
        case settle(tokens: Int64)
        case keepEstimate
        case refund
        case end(CallResult)
    }

    let intent: CallIntent
    let region: String
    private(set) var state = State.reserving
    private var requestID: String?
    private var stopReason: String?
    /// What the client is told when all is written down.
    private var result: CallResult?
    private var usage: ConverseUsage?

    init(_ intent: CallIntent, region: String) {
        self.intent = intent
        self.region = region
    }

    /// What is done first.
    static let first = Action.reserve

    /// What to do after `event`.
    ///
    /// - Parameter clientIsGone: whether the client has hung up by now.
    mutating func actions(after event: Event, clientIsGone: Bool) -> [Action] {
        switch (state, event) {
        case (.reserving, .reserved):
            state = .intending
            return [.writeIntent]
        case (.reserving, .refused(let refusal)): return end(.failed(Self.error(refusal)))
        case (.reserving, .limitsUnavailable):
            return end(.failed(CallError(.limitsUnavailable, retryAfterSeconds: 5)))
        case (.intending, .intentIsDurable):
            state = .calling
            return [.call]
        case (.intending, .intentFailed):
            return refund(CallError(.usageUnrecorded, retryAfterSeconds: 5))
        case (.calling, .opened(let id)):
            state = .reading
            requestID = id
            return [.read]
        case (.calling, .failed(let failure)) where !failure.mayBeBilled:
            return refund(Self.error(failure))
        case (.calling, .failed(let failure)), (.reading, .failed(let failure)):
            requestID = requestID ?? failure.requestID
            return unknown(Self.reason(failure), Self.error(failure))
        case (.reading, .answer(.text(let text))): return [.deliver(text), .read]
        case (.reading, .answer(.stop(let reason))):
            stopReason = reason
            return [.read]
        case (.reading, .answer(.usage(let usage))):
            return record(usage, clientIsGone: clientIsGone)
        case (.recording, .recorded(let isDurable)): return settle(isDurable: isDurable)
        case (.settling, .settled): return end(result ?? .failed(CallError(.upstreamFailed)))
        default: preconditionFailure("a call in \(state) cannot have come to this")
        }
    }

    private mutating func end(_ result: CallResult) -> [Action] {
        state = .ended
        return [.end(result)]
    }

    private mutating func refund(_ error: CallError) -> [Action] {
        state = .settling
        result = .failed(error)
        return [.withdrawIntent, .refund]
    }

    private mutating func unknown(
        _ reason: UnknownCallLine.Reason, _ error: CallError
    ) -> [Action] {
        state = .recording
        result = .failed(error)
        return [
            .recordUnknown(intent.unknownLine(reason, request: requestID.map { RequestID($0) }))
        ]
    }

    private mutating func record(_ usage: ConverseUsage, clientIsGone: Bool) -> [Action] {
        let record = UsageRecord(
            time: intent.time, tenant: intent.tenant, user: intent.user, model: intent.model,
            tokens: TokenCounts(
                input: usage.input, output: usage.output, cacheRead: usage.cacheRead,
                cacheWrite: usage.cacheWrite, total: usage.total),
            request: requestID.map { RequestID($0) })
        guard
            let line = UsageLine(
                record, oneHourCacheWrite: usage.oneHourCacheWrite,
                serviceTier: usage.serviceTier, region: region, callID: intent.callID,
                stopReason: stopReason, clientDisconnected: clientIsGone),
            Self.sum(usage) != nil
        else { return unknown(.usageUnreadable, CallError(.upstreamFailed)) }
        state = .recording
        self.usage = usage
        result = .answered(CallAnswer(usage: usage, stopReason: stopReason))
        return [.record(line)]
    }

    private mutating func settle(isDurable: Bool) -> [Action] {
        state = .settling
        guard let usage, let tokens = Self.sum(usage) else { return [.keepEstimate] }
        // Nobody is billed for what no line tells of, so nobody gets it.
        if !isDurable { result = .failed(CallError(.usageUnrecorded, retryAfterSeconds: 5)) }
        return [.settle(tokens: tokens)]
    }

    /// All tokens, cached ones too; nil if they are more than can be counted.
    private static func sum(_ usage: ConverseUsage) -> Int64? {
        var sum: Int64 = 0
        for count in [usage.input, usage.output, usage.cacheRead, usage.cacheWrite] {
            let (next, overflows) = sum.addingReportingOverflow(count)
            guard !overflows else { return nil }
            sum = next
        }
        return sum
    }

    private static func error(_ refusal: LimitRefusal) -> CallError {
        let code: CallError.Code =
            switch refusal.limit {
            case .requestsPerMinute: .rateLimited
            case .concurrentCalls: .tooManyCalls
            case .tokensPerDay, .tokensPerMonth: .budgetExceeded
            }
        return CallError(code, retryAfterSeconds: refusal.retryAfterSeconds)
    }

    private static func error(_ failure: ConverseFailure) -> CallError {
        let seconds = failure.retryAfter.map { max(1, Int($0.components.seconds)) }
        return switch failure.kind {
        case .refused where failure.status == 400: CallError(.invalidRequest)
        case .refused, .broken, .failed, .endedBeforeUsage, .unreadableUsage, .cancelled:
            CallError(.upstreamFailed)
        case .unavailable: CallError(.upstreamFailed, retryAfterSeconds: seconds ?? 5)
        case .throttled, .outOfTime: CallError(.upstreamThrottled, retryAfterSeconds: seconds ?? 5)
        case .timedOut: CallError(.upstreamTimeout)
        }
    }

    private static func reason(_ failure: ConverseFailure) -> UnknownCallLine.Reason {
        switch failure.kind {
        case .timedOut: .timeout
        case .failed: .upstreamError
        case .endedBeforeUsage: .endBeforeUsage
        case .unreadableUsage: .usageUnreadable
        case .broken, .cancelled, .refused, .throttled, .unavailable, .outOfTime: .upstreamReset
        }
    }
}
