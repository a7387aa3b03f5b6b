package import BedrockMetering
internal import Foundation

/// Settles calls whose gateway is gone: by their lines if there are any, else by lines that name them unknown.
///
/// Several may do that at one time, and again after a crash: a call is claimed before it is looked at, and
/// lines that are written twice are equal.
package struct AbandonedCalls: Sendable {
    private let store: any LimitStore
    private let searches: [any LineSearch]
    private let journal: any UsageJournal

    /// How long a claim holds: longer than any call takes to be settled.
    private static let claim = Duration.seconds(600)

    /// - Parameters:
    ///   - searches: in all places where a line may be.
    ///   - journal: where lines of unknown calls go.
    package init(
        _ store: any LimitStore, searches: [any LineSearch], journal: any UsageJournal
    ) {
        self.store = store
        self.searches = searches
        self.journal = journal
    }

    /// What became of abandoned calls.
    package struct Outcome: Sendable, Hashable {
        /// Calls whose line was there.
        package var settled = 0
        /// Calls that are named unknown now.
        package var unknown = 0

        package init(settled: Int = 0, unknown: Int = 0) {
            self.settled = settled
            self.unknown = unknown
        }
    }

    /// Settles all calls whose lease is over.
    ///
    /// - Throws: what a store, a search or a journal has failed with; the call at hand, and those after it,
    ///   are settled the next time.
    package func settle(at now: EventTime) async throws -> Outcome {
        var outcome = Outcome()
        for call in try await store.abandonedCalls(at: now) {
            guard try await store.claim(call, at: now, for: Self.claim) else { continue }
            switch try await line(of: call) {
            case let line? where line.usedTokens != nil:
                try await store.settle(call, tokens: line.usedTokens ?? 0)
                outcome.settled += 1
            case .some:
                try await store.leaveUnknown(call)
                outcome.unknown += 1
            case nil:
                try await journal.record(UsageEvent(call.unknownLine(.killed)), of: call)
                try await store.leaveUnknown(call)
                outcome.unknown += 1
            }
        }
        return outcome
    }

    private func line(of call: CallIntent) async throws -> UsageEvent? {
        var unknown: UsageEvent?
        for search in searches {
            guard let line = try await search.line(of: call) else { continue }
            if line.usedTokens != nil { return line }
            unknown = line
        }
        return unknown
    }
}

extension UsageEvent {
    /// All tokens of a usage line; nil if it is none.
    var usedTokens: Int64? {
        guard let object = try? UsageRecordDecoder().decode(Data(bytes)),
            let tokens = object.records.first?.tokens, object.records.count == 1
        else { return nil }
        return tokens.input.addingCapped(tokens.output).addingCapped(tokens.cacheRead)
            .addingCapped(tokens.cacheWrite)
    }
}
