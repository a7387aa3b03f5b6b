import AWSServices
import BedrockMetering
import Synchronization

@testable import MeteringGateway

enum CallFixtures {
    static let intent = CallIntent(
        callID: "c-1", time: TokenForge.now, tenant: "acme", user: "u-1", model: "m:0",
        estimatedInput: 20, estimatedOutput: 100)
    static let usage = ConverseUsage(
        input: 10, output: 5, total: 22, cacheRead: 4, cacheWrite: 3, oneHourCacheWrite: 1,
        serviceTier: "default")

    static func line(_ clientIsGone: Bool = false, stopReason: String? = "end_turn") -> UsageLine? {
        UsageLine(
            UsageRecord(
                time: TokenForge.now, tenant: "acme", user: "u-1", model: "m:0",
                tokens: TokenCounts(input: 10, output: 5, cacheRead: 4, cacheWrite: 3, total: 22),
                request: "r-1"),
            oneHourCacheWrite: 1, serviceTier: "default", region: "eu-west-1", callID: "c-1",
            stopReason: stopReason, clientDisconnected: clientIsGone)
    }
}

/// A model that does what it is told, and keeps what it was asked.
final class ScriptedModel: Model {
    enum Step: Sendable {
        case event(ConverseEvent)
        case failure(ConverseFailure)
        case wait(Duration)
        /// Waits until a test lets it go on.
        case gate(Gate)
    }

    /// Holds a model back.
    final class Gate: Sendable {
        private let isOpen = Mutex(false)

        func open() { isOpen.withLock { $0 = true } }

        func wait() async {
            while !isOpen.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(2)) }
        }
    }

    final class Answer: ModelAnswer {
        let requestID: String?
        private let steps: Mutex<[Step]>

        init(requestID: String?, _ steps: [Step]) {
            self.requestID = requestID
            self.steps = Mutex(steps)
        }

        func next() async throws(ConverseFailure) -> ConverseEvent? {
            while true {
                let step = steps.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                switch step {
                case .event(let event)?: return event
                case .failure(let failure)?: throw failure
                case .wait(let time)?: try? await Task.sleep(for: time)
                case .gate(let gate)?: await gate.wait()
                case nil: throw ConverseFailure(.endedBeforeUsage, code: "EndBeforeUsage")
                }
            }
        }
    }

    let region = "eu-west-1"
    let steps: [Step]
    let refusal: ConverseFailure?
    let requests = Mutex<[ConverseRequest]>([])

    init(_ steps: [Step], refusal: ConverseFailure? = nil) {
        self.steps = steps
        self.refusal = refusal
    }

    /// A model that says some words.
    convenience init(saying words: [String], usage: ConverseUsage = CallFixtures.usage) {
        self.init(
            words.map { .event(.text($0)) } + [
                .event(.stop(reason: "end_turn")), .event(.usage(usage)),
            ])
    }

    func answer(
        to request: ConverseRequest, within time: Duration
    ) async throws(ConverseFailure) -> any ModelAnswer {
        requests.withLock { $0.append(request) }
        if let refusal { throw refusal }
        return Answer(requestID: "r-1", steps)
    }
}

/// A journal and a store of limits that keep what they were told, in one order, and fail if they are told to.
final class ScriptedBooks: UsageJournal, LimitStore {
    enum Entry: Sendable, Equatable {
        case reserve, begin, cancel, settle(Int64), refund, leaveUnknown
        case line(String)
    }

    let entries = Mutex<[Entry]>([])
    private let failing: Set<String>
    private let refusal: LimitRefusal?

    init(failing: Set<String> = [], refusal: LimitRefusal? = nil) {
        self.failing = failing
        self.refusal = refusal
    }

    private func enter(_ entry: Entry) { entries.withLock { $0.append(entry) } }

    let keepsIntents = true

    func begin(_ intent: CallIntent) async throws(UsageError) {
        if failing.contains("begin") { throw UsageError("full") }
        enter(.begin)
    }

    func record(_ event: UsageEvent, of intent: CallIntent) async throws(UsageError) {
        if failing.contains("line") { throw UsageError("full") }
        enter(.line(String(decoding: event.bytes, as: UTF8.self)))
    }

    func cancel(_ intent: CallIntent) async { enter(.cancel) }
    func stop() async {}

    let isDurable = true

    func apply(
        _ change: AccountChange, to tenant: TenantID
    ) async throws(LimitStoreError) -> AccountOutcome {
        switch change {
        case .reserve:
            if failing.contains("reserve") { throw LimitStoreError("down") }
            enter(.reserve)
            if let refusal { return .refused(refusal) }
        case .settle(_, let tokens):
            if failing.contains("settle") { throw LimitStoreError("down") }
            enter(.settle(tokens))
        case .refund: enter(.refund)
        case .leaveUnknown: enter(.leaveUnknown)
        default: break
        }
        return .done
    }

    func account(of tenant: TenantID) async throws(LimitStoreError) -> TenantAccount {
        if failing.contains("account") { throw LimitStoreError("down") }
        return TenantAccount()
    }

    func tenantsWithOpenCalls() async throws(LimitStoreError) -> [TenantID] { [] }
}
