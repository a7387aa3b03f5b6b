import BedrockMetering
import Testing

@testable import MeteringGateway

/// An account that changes.
private final class Book {
    private(set) var account = TenantAccount()

    func apply(_ change: AccountChange) -> AccountOutcome { account.apply(change) }
}

/// What is decided about limits, without a store.
@Suite struct TenantAccountTests {
    private let book = Book()

    private func reserve(
        _ intent: CallIntent, _ rules: TenantRules = TenantRules(), leaseSeconds: Int64 = 360
    ) -> AccountOutcome {
        let end = EventTime(microseconds: intent.time.microseconds + leaseSeconds * 1_000_000)
        return book.apply(.reserve(intent, under: rules, leaseEnd: end))
    }

    @Test func `an estimate is debited, and then what was used`() {
        #expect(reserve(.test("a")) == .done)
        #expect(book.account.usage(at: .test("2025-12-07T13:00:00Z"), in: .utc).day.tokens == 100)

        #expect(book.apply(.settle(callID: "a", tokens: 130)) == .done)

        let usage = book.account.usage(at: .test("2025-12-07T13:00:00Z"), in: .utc)
        #expect(usage.day == .init(date: "2025-12-07", requests: 1, tokens: 130))
        #expect(usage.month == .init(date: "2025-12", requests: 1, tokens: 130))
        #expect(book.account.openCount == 0)
    }

    @Test func `each change is made once`() {
        for _ in 0..<2 { #expect(reserve(.test("a"), TenantRules(requestsPerMinute: 1)) == .done) }
        #expect(book.apply(.settle(callID: "a", tokens: 5)) == .done)
        let settled = book.account
        for change in [
            AccountChange.settle(callID: "a", tokens: 9), .refund(callID: "a"),
            .leaveUnknown(callID: "a"),
        ] {
            #expect(book.apply(change) == .absent)
        }
        #expect(book.account == settled)
    }

    @Test func `a refund takes back all but the request of the minute`() {
        #expect(reserve(.test("a"), TenantRules(requestsPerMinute: 1)) == .done)
        #expect(book.apply(.refund(callID: "a")) == .done)

        let usage = book.account.usage(at: .test("2025-12-07T12:00:00Z"), in: .utc)
        #expect(usage.day == .init(date: "2025-12-07", requests: 0, tokens: 0))
        #expect(
            reserve(.test("b", at: "2025-12-07T12:00:59Z"), TenantRules(requestsPerMinute: 1))
                == .refused(LimitRefusal(.requestsPerMinute, retryAfterSeconds: 1)))
        #expect(
            reserve(.test("c", at: "2025-12-07T12:01:00Z"), TenantRules(requestsPerMinute: 1))
                == .done)
    }

    @Test func `an unknown call keeps its estimate`() {
        #expect(reserve(.test("a")) == .done)
        #expect(book.apply(.leaveUnknown(callID: "a")) == .done)

        #expect(book.account.usage(at: .test("2025-12-07T12:00:00Z"), in: .utc).day.tokens == 100)
        #expect(book.account.openCount == 0)
    }

    @Test(arguments: [
        (
            TenantRules(requestsPerMinute: 0),
            LimitRefusal(.requestsPerMinute, retryAfterSeconds: 60)
        ),
        (TenantRules(concurrentCalls: 0), LimitRefusal(.concurrentCalls, retryAfterSeconds: 1)),
        (TenantRules(tokensPerDay: 0), LimitRefusal(.tokensPerDay, retryAfterSeconds: 12 * 3600)),
        (TenantRules(tokensPerDay: 99), LimitRefusal(.tokensPerDay, retryAfterSeconds: 12 * 3600)),
        (
            TenantRules(tokensPerMonth: 99),
            LimitRefusal(.tokensPerMonth, retryAfterSeconds: 12 * 3600 + 24 * 86400)
        ),
    ])
    func `a call that does not fit is refused, and counts for nothing`(
        rules: TenantRules, refusal: LimitRefusal
    ) {
        #expect(reserve(.test("a"), rules) == .refused(refusal))

        #expect(book.account == TenantAccount())
    }

    @Test func `a limit of 0 refuses even a call that uses nothing`() {
        let free = CallIntent.test("a", input: 0, output: 0)

        #expect(reserve(free, TenantRules(tokensPerDay: 0)) != .done)
        #expect(reserve(free, TenantRules(tokensPerMonth: 0)) != .done)
        #expect(reserve(free, TenantRules(tokensPerDay: 1)) == .done)
    }

    @Test func `a limit can be met, and not passed`() {
        let rules = TenantRules(tokensPerDay: 250)
        #expect(reserve(.test("a"), rules) == .done)
        #expect(reserve(.test("b"), rules) == .done)
        #expect(reserve(.test("c"), rules) != .done)
        #expect(reserve(.test("d", input: 50, output: 0), rules) == .done)
        #expect(book.apply(.settle(callID: "a", tokens: 1)) == .done)
        #expect(reserve(.test("e", input: 99, output: 0), rules) == .done)
        #expect(reserve(.test("f", input: 1, output: 0), rules) != .done)
    }

    @Test func `slots are free when their lease ends, and debits stay`() {
        let rules = TenantRules(concurrentCalls: 1)
        #expect(reserve(.test("a"), rules, leaseSeconds: 60) == .done)
        #expect(reserve(.test("b", at: "2025-12-07T12:00:59Z"), rules) != .done)
        #expect(reserve(.test("b", at: "2025-12-07T12:01:00Z"), rules) == .done)
        #expect(book.apply(.endLeases) == .done)
        #expect(reserve(.test("c", at: "2025-12-07T12:01:00Z"), rules) == .done)
        #expect(book.account.usage(at: .test("2025-12-07T12:01:00Z"), in: .utc).day.tokens == 300)
    }

    /// Midnights of Seoul, and of New York on the days when clocks change and the day after.
    @Test(arguments: [
        ("Asia/Seoul", "2025-12-07T14:59:59Z", "2025-12-07", 1),
        ("Asia/Seoul", "2025-12-07T15:00:00Z", "2025-12-08", 86400),
        ("America/New_York", "2026-03-08T04:59:59Z", "2026-03-07", 1),
        ("America/New_York", "2026-03-08T05:00:00Z", "2026-03-08", 23 * 3600),
        ("America/New_York", "2026-11-01T04:00:00Z", "2026-11-01", 25 * 3600),
        ("America/New_York", "2026-11-02T05:00:00Z", "2026-11-02", 86400),
        ("America/Santiago", "2026-09-06T04:00:00Z", "2026-09-06", 23 * 3600),
        ("UTC", "2025-12-31T23:00:00Z", "2025-12-31", 3600),
    ])
    func `days are the tenant's own`(
        zone: String, time: String, day: String, seconds: Int
    ) throws {
        let rules = TenantRules(tokensPerDay: 100, zone: try UsageZone(zone))
        #expect(reserve(.test("a", at: time), rules) == .done)

        #expect(
            reserve(.test("b", at: time), rules)
                == .refused(LimitRefusal(.tokensPerDay, retryAfterSeconds: seconds)))
        let usage = book.account.usage(at: .test(time), in: rules.zone)
        #expect(usage.day.date == day)
        #expect(usage.month.date == String(day.prefix(7)))
        let next = EventTime(
            microseconds: EventTime.test(time).microseconds + Int64(seconds) * 1_000_000)
        var later = CallIntent.test("c")
        later.time = next
        #expect(reserve(later, rules) == .done)
    }

    @Test func `a call that ends after midnight is settled in its own day`() {
        #expect(reserve(.test("a", at: "2025-12-31T23:59:59Z")) == .done)
        #expect(reserve(.test("b", at: "2026-01-01T00:00:01Z")) == .done)
        #expect(book.apply(.settle(callID: "a", tokens: 7)) == .done)

        #expect(book.account.usage(at: .test("2025-12-31T12:00:00Z"), in: .utc).day.tokens == 7)
        #expect(book.account.usage(at: .test("2025-12-31T12:00:00Z"), in: .utc).month.tokens == 7)
        #expect(book.account.usage(at: .test("2026-01-01T12:00:00Z"), in: .utc).month.tokens == 100)
    }

    @Test func `an abandoned call is claimed once`() {
        #expect(reserve(.test("a"), leaseSeconds: 60) == .done)
        func time(_ text: String) -> EventTime { .test("2025-12-07T\(text)Z") }
        func claim(_ now: String) -> AccountOutcome {
            book.apply(
                .claim(
                    callID: "a", now: time(now),
                    until: EventTime(microseconds: time(now).microseconds + 60_000_000)))
        }

        #expect(book.account.abandoned(by: "acme", at: time("12:00:59")).isEmpty)
        #expect(claim("12:00:59") == .absent)
        #expect(book.account.abandoned(by: "acme", at: time("12:01:00")) == [.test("a")])
        #expect(claim("12:01:00") == .done)
        #expect(claim("12:01:59") == .absent)
        #expect(book.account.abandoned(by: "acme", at: time("12:01:59")).isEmpty)
        #expect(claim("12:02:00") == .done)
        #expect(book.apply(.leaveUnknown(callID: "a")) == .done)
        #expect(claim("12:09:00") == .absent)
    }

    @Test func `old windows are forgotten, and calls in them settle all the same`() throws {
        for day in 1...28 {
            let date = "2025-12-\(day < 10 ? "0" : "")\(day)T12:00:00Z"
            #expect(reserve(.test("\(day)", at: date)) == .done)
        }
        for id in 1...28 { #expect(book.apply(.settle(callID: "\(id)", tokens: 1)) == .done) }

        #expect(book.account.usage(at: .test("2025-12-28T12:00:00Z"), in: .utc).day.tokens == 1)
        #expect(book.account.usage(at: .test("2025-12-28T12:00:00Z"), in: .utc).month.tokens == 28)
        #expect(try book.account.json().utf8.count < 500)
    }

    @Test func `sums stay numbers, whatever is added`() {
        #expect(reserve(.test("a", input: .max, output: .max)) == .done)
        #expect(reserve(.test("b", input: .max, output: 1)) == .done)
        #expect(reserve(.test("c"), TenantRules(tokensPerDay: .max)) != .done)
        #expect(book.apply(.settle(callID: "a", tokens: .max)) == .done)
        #expect(book.apply(.settle(callID: "b", tokens: -1)) == .done)
        #expect(book.account.usage(at: .test("2025-12-07T12:00:00Z"), in: .utc).day.tokens >= 0)
    }
}
