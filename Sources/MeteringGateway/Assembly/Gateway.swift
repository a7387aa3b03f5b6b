package import AWSServices
internal import BedrockMetering
internal import Foundation

/// A gateway as its configuration has it, put together and ready to answer.
package struct Gateway: Sendable {
    package let service: GatewayService
    private let journal: any UsageJournal
    /// Settles calls of gateways that are gone; nil if the journal names such calls by itself.
    private let abandoned: AbandonedCalls?
    private let report: @Sendable (String) -> Void

    /// Opens what the configuration names: spool, sinks and limit store.
    ///
    /// - Parameters:
    ///   - environment: of AWS; requests to models have connections of their own.
    ///   - report: is told, in words that hold nothing of calls, what went wrong in the background.
    /// - Throws: ``GatewayError``, if something cannot be opened.
    package init(
        _ configuration: GatewayConfiguration, _ environment: AWSEnvironment,
        report: @escaping @Sendable (String) -> Void
    ) async throws(GatewayError) {
        try Self.checkEndpoints(of: configuration, environment)
        guard let authenticator = Authenticator(configuration.authentication, now: { Self.now() })
        else {
            throw GatewayError("auth.issuer is no URL whose keys could be asked for")
        }
        let limits = try await Self.limitStore(configuration.limitStore, environment)
        let (journal, interrupted) = try await Self.journal(
            configuration.usage, environment, report)
        // Their lines are written by now. A store that is down keeps their estimates all the same.
        for call in interrupted { try? await limits.leaveUnknown(call) }
        if !journal.keepsIntents, !limits.isDurable {
            report(
                "a call that this process dies in leaves no trace: neither a spool nor a durable "
                    + "limit_store is set")
        }
        var modelEnvironment = environment
        modelEnvironment.transport = Self.connections(for: configuration.limits)
        let calls = CallService(
            configuration, model: BedrockModel(modelEnvironment), journal: journal, limits: limits,
            now: { Self.now() })
        service = GatewayService(authenticator: authenticator, calls: calls)
        self.journal = journal
        self.report = report
        let isNeeded = limits.isDurable && !journal.keepsIntents
        abandoned =
            isNeeded
            ? AbandonedCalls(
                limits, searches: Self.searches(configuration.usage, environment), journal: journal)
            : nil
    }

    /// How often calls of gateways that are gone are looked for.
    private static let settlingInterval = Duration.seconds(60)

    /// Settles calls of gateways that are gone, again and again until the task is cancelled.
    package func settleAbandonedCalls() async {
        guard let abandoned else { return }
        while !Task.isCancelled {
            do {
                let outcome = try await abandoned.settle(at: Self.now())
                if outcome.unknown > 0 {
                    report(
                        "\(outcome.unknown) calls of gateways that are gone are named unknown")
                }
            } catch {
                report("calls of gateways that are gone could not be settled; that is tried again")
            }
            try? await Task.sleep(for: Self.settlingInterval)
        }
    }

    /// The time by the system's clock.
    private static func now() -> EventTime {
        EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
    }

    /// Settles calls of gateways that are gone, once.
    ///
    /// - Returns: nil if the configuration has no shared store of limits, or a spool, whose next start names
    ///   such calls.
    /// - Throws: ``GatewayError``, if a store, a log group or a bucket cannot be reached; what was not settled
    ///   is the next time.
    package static func settle(
        _ configuration: GatewayConfiguration, _ environment: AWSEnvironment
    ) async throws(GatewayError) -> AbandonedCalls.Outcome? {
        try checkEndpoints(of: configuration, environment)
        let limits = try await limitStore(configuration.limitStore, environment)
        guard configuration.usage.spool == nil, limits.isDurable else { return nil }
        let calls = AbandonedCalls(
            limits, searches: searches(configuration.usage, environment),
            journal: DirectUsage(sinks(configuration.usage, environment)))
        do {
            return try await calls.settle(at: now())
        } catch {
            throw GatewayError(
                "not all calls of gateways that are gone could be settled: a store, a log group or a "
                    + "bucket did not answer; nothing was lost, run it again")
        }
    }

    /// Ends in good order: waits for calls that run, up to `patience`, and for lines on their way.
    ///
    /// - Returns: how many calls still run, which the next start names unknown.
    package func stop(within patience: Duration) async -> Int {
        let left = await service.calls.drain(within: patience)
        await journal.stop()
        return left
    }
}

/// Why a gateway cannot begin.
package struct GatewayError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
