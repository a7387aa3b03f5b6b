package import AWSServices
package import BedrockMetering
internal import Foundation
internal import Synchronization

/// Accounts in a table of DynamoDB, shared by any number of gateways.
///
/// An account is one item with a version, which a write names: it takes effect only if nobody has written
/// since. What several calls of a tenant ask of one process at a time is written together, so that a busy tenant
/// costs a write for each round trip and not one for each call.
package final class DynamoLimitStore: LimitStore {
    private typealias Group = GroupCommit<AccountChange, Result<AccountOutcome, LimitStoreError>>

    private let client: DynamoClient
    private let table: String
    private let groups = Mutex<[TenantID: Group]>([:])

    /// The names and types of the table's keys.
    package static let keys = [DynamoKey(name: "pk", type: "S"), DynamoKey(name: "sk", type: "S")]
    /// How often a write that another one came before is tried again.
    private static let maximumAttempts = 12

    package init(_ client: DynamoClient, table: String) {
        self.client = client
        self.table = table
    }

    package var isDurable: Bool { true }

    /// Makes sure that the table is there, and has the keys that it must.
    package func check() async throws(LimitStoreError) {
        let keys = try await asking { try await self.client.keys(of: self.table) }
        guard let keys else { throw LimitStoreError("there is no table \(table) in DynamoDB") }
        guard keys == Self.keys else {
            throw LimitStoreError(
                "the table \(table) of DynamoDB must have the keys pk and sk, both strings")
        }
    }

    package func apply(
        _ change: AccountChange, to tenant: TenantID
    ) async throws(LimitStoreError) -> AccountOutcome {
        let group = groups.withLock { groups in
            if let group = groups[tenant] { return group }
            let group = Group { await self.apply($0, to: tenant) }
            groups[tenant] = group
            return group
        }
        return try await group(change).get()
    }

    private func apply(
        _ changes: [AccountChange], to tenant: TenantID
    ) async -> [Result<AccountOutcome, LimitStoreError>] {
        do throws(LimitStoreError) {
            for attempt in 0..<Self.maximumAttempts {
                var stored = try await stored(tenant)
                let before = stored.account
                let outcomes = changes.map { stored.account.apply($0) }
                if stored.account == before { return outcomes.map { .success($0) } }
                if try await write(stored, tenant) { return outcomes.map { .success($0) } }
                // Others are writing: up to 10 ms, then 20, at most 320.
                let bound = Double(10 << min(attempt, 5))
                try? await Task.sleep(for: .milliseconds(Double.random(in: 0..<bound)))
            }
            throw LimitStoreError("too many gateways write to the account of one tenant")
        } catch {
            return changes.map { _ in .failure(error) }
        }
    }

    package func account(of tenant: TenantID) async throws(LimitStoreError) -> TenantAccount {
        try await stored(tenant).account
    }

    package func tenantsWithOpenCalls() async throws(LimitStoreError) -> [TenantID] {
        let items = try await asking {
            try await self.client.items(in: self.table, whereAboveZero: "open")
        }
        return items.compactMap { item in
            guard item["sk"]?.string == Self.account, let key = item["pk"]?.string,
                key.utf8.starts(with: Self.prefix.utf8)
            else { return nil }
            return TenantID(
                String(decoding: key.utf8.dropFirst(Self.prefix.utf8.count), as: UTF8.self))
        }.sorted()
    }

    // MARK: Items

    private static let prefix = "tenant#"
    private static let account = "account"

    private struct Stored {
        /// Nil if there is no item yet.
        var version: Int64?
        var account: TenantAccount
    }

    private func key(of tenant: TenantID) -> DynamoItem {
        ["pk": .string(Self.prefix + tenant.rawValue), "sk": .string(Self.account)]
    }

    private func stored(_ tenant: TenantID) async throws(LimitStoreError) -> Stored {
        let key = key(of: tenant)
        guard let item = try await asking({ try await self.client.item(key, in: self.table) })
        else { return Stored(version: nil, account: TenantAccount()) }
        guard let version = item["version"]?.number, let text = item["account"]?.string,
            let account = TenantAccount(json: text)
        else { throw LimitStoreError("an item of the table \(table) is no account of a tenant") }
        return Stored(version: version, account: account)
    }

    private func write(
        _ stored: Stored, _ tenant: TenantID
    ) async throws(LimitStoreError) -> Bool {
        var item = key(of: tenant)
        item["version"] = .number((stored.version ?? 0) &+ 1)
        item["open"] = .number(Int64(stored.account.openCount))
        item["account"] = .string(try stored.account.json())
        let condition: DynamoCondition =
            stored.version.map { .equal("version", .number($0)) } ?? .absent(key: "pk")
        let written = item
        return try await asking {
            try await self.client.putItem(written, in: self.table, if: condition)
        }
    }

    private func asking<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async throws(LimitStoreError) -> Value {
        do {
            return try await body()
        } catch {
            throw LimitStoreError("\(error)")
        }
    }
}
