import AWSServices
import BedrockMetering
import Testing

@testable import MeteringGateway

@Suite struct CallMachineTests {
    private typealias Event = CallMachine.Event
    private typealias Action = CallMachine.Action

    private static func run(
        _ events: [CallMachine.Event], clientIsGone: Bool = false
    ) -> [CallMachine.Action] {
        var machine = CallMachine(CallFixtures.intent, region: "eu-west-1")
        return events.flatMap { machine.actions(after: $0, clientIsGone: clientIsGone) }
    }

    private static let opened: [CallMachine.Event] = [
        .reserved, .intentIsDurable, .opened(requestID: "r-1"),
    ]
    private static let answered: [CallMachine.Event] =
        opened + [
            .answer(.text("a")), .answer(.text("b")), .answer(.stop(reason: "end_turn")),
            .answer(.usage(CallFixtures.usage)),
        ]

    @Test(arguments: [false, true])
    func `a call that goes well is written down before it is made and before it is answered`(
        clientIsGone: Bool
    ) throws {
        let actions = Self.run(
            Self.answered + [.recorded(true), .settled], clientIsGone: clientIsGone)

        #expect(
            actions == [
                .writeIntent, .call, .read, .deliver("a"), .read, .deliver("b"), .read, .read,
                .record(try #require(CallFixtures.line(clientIsGone))), .settle(tokens: 22),
                .end(
                    .answered(CallAnswer(usage: CallFixtures.usage, stopReason: "end_turn"))),
            ])
    }

    @Test(arguments: [
        (LimitRefusal.Limit.requestsPerMinute, CallError.Code.rateLimited),
        (.tokensPerDay, .budgetExceeded), (.tokensPerMonth, .budgetExceeded),
        (.concurrentCalls, .tooManyCalls),
    ])
    func `a call that is refused leaves nothing`(limit: LimitRefusal.Limit, code: CallError.Code) {
        let actions = Self.run([.refused(LimitRefusal(limit, retryAfterSeconds: 7))])

        #expect(actions == [.end(.failed(CallError(code, retryAfterSeconds: 7)))])
    }

    @Test func `a store of limits that is down lets nobody call`() {
        #expect(
            Self.run([.limitsUnavailable])
                == [.end(.failed(CallError(.limitsUnavailable, retryAfterSeconds: 5)))])
    }

    @Test func `an intent that is not durable is taken back and never sent`() {
        let actions = Self.run([.reserved, .intentFailed, .settled])

        #expect(
            actions == [
                .writeIntent, .withdrawIntent, .refund,
                .end(.failed(CallError(.usageUnrecorded, retryAfterSeconds: 5))),
            ])
    }

    @Test(arguments: [
        (ConverseFailure(.refused, code: "x", status: 400), CallError(.invalidRequest)),
        (ConverseFailure(.refused, code: "x", status: 403), CallError(.upstreamFailed)),
        (ConverseFailure(.refused, code: "x", status: 404), CallError(.upstreamFailed)),
        (
            ConverseFailure(.throttled, code: "x", status: 429, retryAfter: .seconds(3)),
            CallError(.upstreamThrottled, retryAfterSeconds: 3)
        ),
        (
            ConverseFailure(.throttled, code: "x", status: 429),
            CallError(.upstreamThrottled, retryAfterSeconds: 5)
        ),
        (
            ConverseFailure(.outOfTime, code: "x"),
            CallError(.upstreamThrottled, retryAfterSeconds: 5)
        ),
        (
            ConverseFailure(.unavailable, code: "x", status: 503),
            CallError(.upstreamFailed, retryAfterSeconds: 5)
        ),
    ])
    func `a call that cannot have been billed is refunded and leaves no line`(
        failure: ConverseFailure, error: CallError
    ) {
        let actions = Self.run([.reserved, .intentIsDurable, .failed(failure), .settled])

        #expect(
            actions == [.writeIntent, .call, .withdrawIntent, .refund, .end(.failed(error))])
    }

    @Test(
        arguments: [
            (
                ConverseFailure.Kind.timedOut, UnknownCallLine.Reason.timeout,
                CallError.Code.upstreamTimeout
            ),
            (.broken, .upstreamReset, .upstreamFailed),
            (.cancelled, .upstreamReset, .upstreamFailed),
            (.failed, .upstreamError, .upstreamFailed),
            (.endedBeforeUsage, .endBeforeUsage, .upstreamFailed),
            (.unreadableUsage, .usageUnreadable, .upstreamFailed),
        ], [true, false])
    func `a call that may have been billed is named unknown, and keeps its estimate`(
        kind: (ConverseFailure.Kind, UnknownCallLine.Reason, CallError.Code), isDurable: Bool
    ) {
        let failure = ConverseFailure(kind.0, code: "x", requestID: "r-1")
        let line = CallFixtures.intent.unknownLine(kind.1, request: "r-1")
        let rest: [CallMachine.Action] = [
            .recordUnknown(line), .keepEstimate, .end(.failed(CallError(kind.2))),
        ]

        let before = Self.run(
            [.reserved, .intentIsDurable, .failed(failure), .recorded(isDurable), .settled])
        let within = Self.run(
            Self.opened + [.answer(.text("a")), .failed(failure), .recorded(isDurable), .settled])

        #expect(before == [.writeIntent, .call] + rest)
        #expect(within == [.writeIntent, .call, .read, .deliver("a"), .read] + rest)
    }

    @Test func `an answer whose line nothing takes is not given, and what it used is counted`() {
        let actions = Self.run(Self.answered + [.recorded(false), .settled])

        #expect(
            actions.suffix(2) == [
                .settle(tokens: 22),
                .end(.failed(CallError(.usageUnrecorded, retryAfterSeconds: 5))),
            ])
    }

    @Test(arguments: [
        ConverseUsage(input: -1, output: 1, total: 0),
        ConverseUsage(input: 1, output: 1, total: 2, cacheWrite: 1, oneHourCacheWrite: 2),
        ConverseUsage(input: .max, output: .max, total: .max),
    ])
    func `usage that cannot be is unknown`(usage: ConverseUsage) {
        let actions = Self.run(Self.opened + [.answer(.usage(usage)), .recorded(true), .settled])

        #expect(
            actions.suffix(3) == [
                .recordUnknown(CallFixtures.intent.unknownLine(.usageUnreadable, request: "r-1")),
                .keepEstimate, .end(.failed(CallError(.upstreamFailed))),
            ])
    }
}
