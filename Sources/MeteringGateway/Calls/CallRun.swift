internal import AWSServices
internal import BedrockMetering

/// Does what a ``CallMachine`` says. It is no child of the client's connection, and nothing cancels it.
struct CallRun: Sendable {
    let intent: CallIntent
    let request: ConverseRequest
    let rules: TenantRules
    let timeout: Duration
    let model: any Model
    let journal: any UsageJournal
    let limits: any LimitStore
    let client: ClientPresence
    let deliver: @Sendable (CallOutput) -> Void
    /// Is told whether what was to be written down was.
    let noteJournal: @Sendable (Bool) -> Void

    /// How long a call's slot is held at most beyond its own time.
    static let leaseMargin = Duration.seconds(60)

    func run() async -> CallResult {
        let deadline = ContinuousClock.now + timeout
        var machine = CallMachine(intent, region: model.region)
        var answer: (any ModelAnswer)?
        var actions = [CallMachine.first]
        while true {
            var event: CallMachine.Event?
            for action in actions {
                switch action {
                case .deliver(let text): deliver(.text(text))
                case .withdrawIntent: await journal.cancel(intent)
                case .end(let result): return result
                case .call:
                    (event, answer) = await call(within: deadline - .now)
                case .read: event = await read(answer)
                default: event = await self.event(after: action)
                }
            }
            guard let event else {
                preconditionFailure("nothing has come of \(actions.count) actions")
            }
            actions = machine.actions(after: event, clientIsGone: client.isGone)
        }
    }

    private func call(
        within time: Duration
    ) async -> (CallMachine.Event, (any ModelAnswer)?) {
        // Not before its own bounds, and at least a moment: what was reserved late is not sent in vain.
        guard time > .zero else {
            return (.failed(ConverseFailure(.outOfTime, code: "OutOfTime")), nil)
        }
        do throws(ConverseFailure) {
            let answer = try await model.answer(to: request, within: time)
            return (.opened(requestID: answer.requestID), answer)
        } catch {
            return (.failed(error), nil)
        }
    }

    private func read(_ answer: (any ModelAnswer)?) async -> CallMachine.Event {
        do throws(ConverseFailure) {
            guard let event = try await answer?.next() else {
                return .failed(ConverseFailure(.endedBeforeUsage, code: "EndBeforeUsage"))
            }
            return .answer(event)
        } catch {
            return .failed(error)
        }
    }

    private func event(after action: CallMachine.Action) async -> CallMachine.Event {
        switch action {
        case .reserve:
            do throws(LimitStoreError) {
                let refusal = try await limits.reserve(
                    intent, under: rules, lease: timeout + Self.leaseMargin)
                return refusal.map { .refused($0) } ?? .reserved
            } catch {
                return .limitsUnavailable
            }
        case .writeIntent:
            return await isKept { () async throws(UsageError) in try await journal.begin(intent) }
                ? .intentIsDurable : .intentFailed
        case .record(let line):
            return .recorded(
                await isKept { () async throws(UsageError) in
                    try await journal.record(UsageEvent(line), of: intent)
                })
        case .recordUnknown(let line):
            return .recorded(
                await isKept { () async throws(UsageError) in
                    try await journal.record(UsageEvent(line), of: intent)
                })
        // A store that does not take it keeps the estimate, which is never too little, and the line says
        // what was used.
        case .settle(let tokens):
            try? await limits.settle(intent, tokens: tokens)
            return .settled
        case .keepEstimate:
            try? await limits.leaveUnknown(intent)
            return .settled
        case .refund:
            try? await limits.refund(intent)
            return .settled
        case .call, .read, .deliver, .withdrawIntent, .end:
            preconditionFailure("done elsewhere")
        }
    }

    private func isKept(_ body: () async throws(UsageError) -> Void) async -> Bool {
        do throws(UsageError) {
            try await body()
            noteJournal(true)
            return true
        } catch {
            noteJournal(false)
            return false
        }
    }
}
