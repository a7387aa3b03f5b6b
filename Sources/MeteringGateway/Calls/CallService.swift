internal import AWSServices
package import BedrockMetering
internal import Foundation
internal import Synchronization

/// Lets calls begin that may, and knows which run.
package final class CallService: Sendable {
    private struct State {
        var running = 0
        var isClosed = false
        /// When something could not be written down last, unless something was since.
        var journalFailure: ContinuousClock.Instant?
    }

    package let configuration: GatewayConfiguration
    private let model: any Model
    private let journal: any UsageJournal
    private let limits: any LimitStore
    private let now: @Sendable () -> EventTime
    private let state = Mutex(State())

    package init(
        _ configuration: GatewayConfiguration, model: any Model, journal: any UsageJournal,
        limits: any LimitStore, now: @escaping @Sendable () -> EventTime
    ) {
        self.configuration = configuration
        self.model = model
        self.journal = journal
        self.limits = limits
        self.now = now
    }

    /// How many calls run.
    package var runningCount: Int { state.withLock { $0.running } }

    /// Whether calls are taken: not when the last thing to be written down was not, a moment ago.
    package var isReady: Bool {
        state.withLock { state in
            let isFailing = state.journalFailure.map { .now - $0 < Self.failurePause } ?? false
            return !state.isClosed && !isFailing
        }
    }

    /// For how long a failure to write down counts. Then a call has to tell.
    private static let failurePause = Duration.seconds(10)

    /// The rules of the caller's tenant.
    ///
    /// - Throws: ``CallError``, if the tenant is not known.
    package func rules(of caller: Caller) throws(CallError) -> TenantRules {
        guard let rules = configuration.tenants.rules(of: caller.tenant) else {
            throw CallError(.tenantUnknown)
        }
        return rules
    }

    /// The aliases that a caller may use, in order.
    package func models(of caller: Caller) throws(CallError) -> [String] {
        let rules = try rules(of: caller)
        return configuration.models.aliases.keys.sorted().filter { rules.allows($0) }
    }

    /// What the caller's tenant has used, and its rules.
    package func usage(of caller: Caller) async throws(CallError) -> (TenantUsage, TenantRules) {
        let rules = try rules(of: caller)
        do throws(LimitStoreError) {
            let usage = try await limits.usage(of: caller.tenant, at: now(), in: rules.zone)
            return (usage, rules)
        } catch {
            throw CallError(.limitsUnavailable, retryAfterSeconds: 5)
        }
    }

    /// Begins a call.
    ///
    /// - Throws: ``CallError``, if it may not be made; nothing was counted or written then.
    package func begin(
        _ request: ChatRequest, id: String, of caller: Caller, client: ClientPresence
    ) throws(CallError) -> RunningCall {
        let rules = try rules(of: caller)
        let (alias, modelID) = try model(request.model, rules)
        let maximum = configuration.limits.maxTokens
        let maxTokens = request.maxTokens ?? maximum
        guard (1...maximum).contains(maxTokens) else {
            throw CallError(
                .invalidRequest, "max_tokens must be a whole number from 1 to \(maximum)",
                field: "max_tokens")
        }
        let intent = CallIntent(
            callID: id, time: now(), tenant: caller.tenant, user: caller.user,
            model: ModelID(modelID), estimatedInput: request.estimatedInputTokens,
            estimatedOutput: Int64(maxTokens))
        try takeSlot()
        let (output, continuation) = AsyncStream.makeStream(of: CallOutput.self)
        let run = CallRun(
            intent: intent, request: Self.converse(request, intent, maxTokens: maxTokens),
            rules: rules, timeout: .seconds(configuration.limits.callTimeoutSeconds),
            model: model, journal: journal, limits: limits, client: client,
            deliver: { continuation.yield($0) },
            noteJournal: { [self] isWritten in
                state.withLock { $0.journalFailure = isWritten ? nil : .now }
            })
        Task {
            let result = await run.run()
            continuation.yield(.end(result))
            continuation.finish()
            freeSlot()
        }
        return RunningCall(intent: intent, alias: alias, output: output)
    }

    /// Takes no more calls, and returns when those that run have ended, or `patience` is over.
    ///
    /// - Returns: how many still run.
    package func drain(within patience: Duration) async -> Int {
        state.withLock { $0.isClosed = true }
        let deadline = ContinuousClock.now + patience
        while runningCount > 0, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        return runningCount
    }

    private func takeSlot() throws(CallError) {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.running < configuration.limits.concurrentCalls else {
                return false
            }
            state.running += 1
            return true
        }
        guard isTaken else { throw CallError(.overloaded, retryAfterSeconds: 1) }
    }

    private func freeSlot() {
        state.withLock { $0.running -= 1 }
    }

    private func model(
        _ name: String?, _ rules: TenantRules
    ) throws(CallError) -> (alias: String, id: String) {
        guard let alias = name ?? configuration.models.defaultAlias else {
            throw CallError(.invalidRequest, "The request must name a model", field: "model")
        }
        // By its bytes, and never an id of Bedrock's: that could be another tenant's profile.
        guard
            let id = configuration.models.aliases.first(where: {
                $0.key.utf8.elementsEqual(alias.utf8)
            })?.value
        else { throw CallError(.modelNotFound, field: "model") }
        guard rules.allows(alias) else { throw CallError(.modelForbidden, field: "model") }
        return (alias, id)
    }

    private static func converse(
        _ request: ChatRequest, _ intent: CallIntent, maxTokens: Int
    ) -> ConverseRequest {
        var metadata = ["call_id": intent.callID]
        if ConverseRequest.isMetadataValue(intent.tenant.rawValue) {
            metadata["tenant_id"] = intent.tenant.rawValue
        } else {
            metadata["tenant_sha256"] = String(
                SHA256Hash(of: Array(intent.tenant.rawValue.utf8)).hexadecimal.prefix(32))
        }
        return ConverseRequest(
            model: intent.model.rawValue,
            messages: request.messages.map {
                ConverseRequest.Message($0.role == .user ? .user : .assistant, $0.texts)
            },
            system: request.system, maxTokens: maxTokens, temperature: request.temperature,
            topP: request.topP, stopSequences: request.stopSequences, metadata: metadata)
    }
}
