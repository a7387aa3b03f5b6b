import AWSServices
import BedrockMetering
import Foundation
import TestSupport
import Testing

@testable import MeteringGateway

/// What holds for all stores.
@Suite struct LimitStoreTests {
    @Test(arguments: TestLimitStores.allCases)
    func `concurrent calls never pass a limit, and no debit is lost`(kind: TestLimitStores)
        async throws
    {
        let place = try TestLimitStores.Place()
        // Two gateways, of which a store in memory is only one.
        let first = try await kind.make(at: place)
        let stores = kind == .memory ? [first] : [first, try await kind.make(at: place)]
        let rules = TenantRules(tokensPerDay: 1000, tokensPerMonth: 100_000)

        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<40 {
                let store = stores[index % stores.count]
                group.addTask {
                    try await store.reserve(
                        .test("\(index)"), under: rules, lease: .seconds(360)) == nil
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        #expect(granted == 10)
        let usage = try await first.usage(of: "acme", at: .test("2025-12-07T12:00:00Z"), in: .utc)
        #expect(usage.day == .init(date: "2025-12-07", requests: 10, tokens: 1000))
    }

    @Test(arguments: TestLimitStores.allCases)
    func `concurrent calls have no more slots than there are`(kind: TestLimitStores) async throws {
        let store = try await kind.make(at: try TestLimitStores.Place())
        let rules = TenantRules(concurrentCalls: 3)

        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    for round in 0..<4 {
                        let call = CallIntent.test("\(worker)-\(round)")
                        guard
                            try await store.reserve(call, under: rules, lease: .seconds(360)) == nil
                        else { continue }
                        #expect(try await store.account(of: "acme").openCount <= 3)
                        try await store.settle(call, tokens: 1)
                    }
                }
            }
            try await group.waitForAll()
        }

        #expect(try await store.account(of: "acme").openCount == 0)
        #expect(try await store.tenantsWithOpenCalls().isEmpty)
    }

    /// Whatever is done, in whatever order and however often, every store has the account that the value has.
    @Test(arguments: TestLimitStores.allCases, 1...3 as ClosedRange<UInt64>)
    func `a store is what the changes make of an account`(kind: TestLimitStores, seed: UInt64)
        async throws
    {
        var random = SeededGenerator(seed: seed)
        let place = try TestLimitStores.Place()
        var store = try await kind.make(at: place)
        let tenants: [TenantID] = ["acme", "\u{ac00}", "\u{1100}\u{1161}", "a\u{0}b", "tenant#x"]
        var accounts: [TenantID: TenantAccount] = [:]
        for step in 0..<60 {
            let tenant = random.pick(tenants)
            let id = "\(Int.random(in: 0..<8, using: &random))"
            let second = Int.random(in: 0..<60, using: &random)
            let time = "2025-12-0\(random.pick([6, 7]))T23:59:\(second < 10 ? "0" : "")\(second)Z"
            let change: AccountChange = random.pick([
                .reserve(
                    .test(id, tenant, at: time),
                    under: TenantRules(
                        requestsPerMinute: 20, concurrentCalls: 4, tokensPerDay: 2000),
                    leaseEnd: .test(time)),
                .reserve(
                    .test(id, tenant, at: time), under: TenantRules(), leaseEnd: .test(time)),
                .settle(callID: id, tokens: Int64(step)), .refund(callID: id),
                .leaveUnknown(callID: id),
                .claim(callID: id, now: .test(time), until: .test(time)),
            ])
            let expected = accounts[tenant, default: TenantAccount()].apply(change)

            #expect(try await store.apply(change, to: tenant) == expected)

            #expect(try await store.account(of: tenant) == accounts[tenant])
            if kind == .dynamo, random.happens(percent: 10) {
                store = try await kind.make(at: place)
            }
        }
        let open = accounts.filter { $0.value.openCount > 0 }.keys.sorted()
        #expect(try await store.tenantsWithOpenCalls() == open)
        let calls = try await store.abandonedCalls(at: .test("2025-12-31T00:00:00Z"))
        #expect(calls.count == accounts.values.map(\.openCount).reduce(0, +))
    }

    @Test func `a restart on its own file frees slots at once, and keeps debits`() async throws {
        let place = try TestLimitStores.Place()
        let rules = TenantRules(concurrentCalls: 1)
        do {
            let store = try SQLiteLimitStore(at: place.path)
            #expect(try await store.reserve(.test("a"), under: rules, lease: .seconds(360)) == nil)
            // Another gateway, beside the first, ends no leases.
            let second = try SQLiteLimitStore(at: place.path)
            #expect(
                try await second.reserve(.test("b"), under: rules, lease: .seconds(360)) != nil)
        }

        let store = try SQLiteLimitStore(at: place.path)

        #expect(try await store.reserve(.test("b"), under: rules, lease: .seconds(360)) == nil)
        let usage = try await store.usage(of: "acme", at: .test("2025-12-07T12:00:00Z"), in: .utc)
        #expect(usage.day.tokens == 200)
        #expect(try await store.abandonedCalls(at: .test("2025-12-07T12:00:01Z")) == [.test("a")])
    }

    @Test func `a file of something else is left alone`() throws {
        let folder = try TemporaryFolder()
        let text = try folder.write("no database at all, but long enough to be read", to: "text")
        let error = #expect(throws: LimitStoreError.self) { try SQLiteLimitStore(at: text) }
        #expect(error?.description.contains(text) == true)
        #expect(throws: LimitStoreError.self) {
            try SQLiteLimitStore(at: folder.path("no/such/folder"))
        }
    }

    @Test func `a table that is missing or has other keys is told`() async throws {
        let place = try TestLimitStores.Place()
        let store = DynamoLimitStore(
            DynamoClient(try TestLimitStores.environment()), table: place.table)

        let missing = await #expect(throws: LimitStoreError.self) { try await store.check() }
        #expect(missing?.description == "there is no table \(place.table) in DynamoDB")

        try await place.makeTable(keys: ["id"])
        let other = await #expect(throws: LimitStoreError.self) { try await store.check() }
        #expect(other?.description.contains("pk and sk") == true)
    }

    @Test func `a store that is down fails, and says nothing of accounts`() async throws {
        var environment = try TestLimitStores.environment()
        environment.endpoints = [
            "*": Endpoint(
                isSecure: false, host: "127.0.0.1", port: try TestServer.freePorts()[0])
        ]
        environment.retries.maximumAttempts = 1
        let store = DynamoLimitStore(DynamoClient(environment), table: "t")

        let error = await #expect(throws: LimitStoreError.self) {
            try await store.reserve(.test("a"), under: TenantRules(), lease: .seconds(1))
        }

        #expect(error?.description.contains("ConnectionFailed") == true)
        #expect(error?.description.contains("acme") == false)
    }
}
