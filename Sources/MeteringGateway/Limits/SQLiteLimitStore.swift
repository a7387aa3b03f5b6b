package import BedrockMetering
internal import CSQLite
internal import Foundation
internal import GRDB

/// Accounts in a file of SQLite, for the gateways of one machine.
///
/// What is asked for at one time is one transaction, which is on the disk before anyone is answered. A gateway
/// that opens the file while no other one has it open ends the leases in it: whoever made them is gone.
package final class SQLiteLimitStore: LimitStore {
    private struct Request: Sendable {
        var tenant: TenantID
        var change: AccountChange
    }
    private typealias Group = GroupCommit<Request, Result<AccountOutcome, LimitStoreError>>

    private let queue: DatabaseQueue
    private let group: Group
    /// Held as long as the file is in use here.
    private let use: SQLiteFileUse

    /// Opens the file at `path`, made if there is none, for its owner alone.
    ///
    /// - Throws: ``LimitStoreError`` if it cannot be opened, or is a database of something else.
    package init(at path: String) throws(LimitStoreError) {
        let place = "the limit store \(path)"
        let use = try SQLiteFileUse(of: path)
        do {
            let queue = try DatabaseQueue(path: path, configuration: Self.configuration())
            try Self.prepare(queue)
            if use.isFirst { try Self.endLeases(queue) }
            self.queue = queue
        } catch let error as DatabaseError {
            throw LimitStoreError("\(place): \(Self.words(error))")
        } catch let error as LimitStoreError {
            throw LimitStoreError("\(place): \(error)")
        } catch {
            throw LimitStoreError("\(place) cannot be opened")
        }
        use.share()
        self.use = use
        let queue = queue
        group = Group { requests in
            do {
                let outcomes = try await queue.write { database in
                    try Self.apply(requests, database)
                }
                return outcomes.map { .success($0) }
            } catch {
                let words = (error as? DatabaseError).map(Self.words) ?? "\(error)"
                return requests.map { _ in .failure(LimitStoreError("\(place): \(words)")) }
            }
        }
    }

    package var isDurable: Bool { true }

    package func apply(
        _ change: AccountChange, to tenant: TenantID
    ) async throws(LimitStoreError) -> AccountOutcome {
        try await group(Request(tenant: tenant, change: change)).get()
    }

    package func account(of tenant: TenantID) async throws(LimitStoreError) -> TenantAccount {
        try await read { try Self.account(of: tenant, $0) }
    }

    package func tenantsWithOpenCalls() async throws(LimitStoreError) -> [TenantID] {
        try await read { database in
            try Data.fetchAll(database, sql: "SELECT tenant FROM account WHERE open > 0")
                .map { TenantID(String(decoding: $0, as: UTF8.self)) }.sorted()
        }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(LimitStoreError) -> Value {
        do {
            return try await queue.read(body)
        } catch let error as LimitStoreError {
            throw error
        } catch {
            throw LimitStoreError((error as? DatabaseError).map(Self.words) ?? "\(error)")
        }
    }

    // MARK: The file

    /// `MtGw`: the file is a limit store.
    private static let applicationID = 0x4d74_4777
    private static let version = 1

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        // Others hold the file for one transaction at a time.
        configuration.busyMode = .timeout(10)
        configuration.label = "limits"
        configuration.prepareDatabase { database in
            // Somebody else may have made the file.
            guard let connection = database.sqliteConnection,
                metering_distrust_schema(connection) == SQLITE_OK
            else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
        }
        return configuration
    }

    private static func prepare(_ queue: DatabaseQueue) throws {
        try queue.inDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            // A debit stays when the power fails.
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        try queue.write { database in
            let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
            if isEmpty {
                try database.execute(
                    sql: """
                        PRAGMA application_id = \(applicationID);
                        PRAGMA user_version = \(version);
                        CREATE TABLE account (
                            tenant BLOB PRIMARY KEY, open INTEGER NOT NULL, account TEXT NOT NULL
                        ) WITHOUT ROWID
                        """)
            }
            guard try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID else {
                throw LimitStoreError("it is a database of something else, and was left alone")
            }
            guard try Int.fetchOne(database, sql: "PRAGMA user_version") == version else {
                throw LimitStoreError("a later version of this product has written it")
            }
        }
    }

    private static func endLeases(_ queue: DatabaseQueue) throws {
        try queue.write { database in
            let tenants = try Data.fetchAll(
                database, sql: "SELECT tenant FROM account WHERE open > 0")
            _ = try apply(
                tenants.map {
                    Request(
                        tenant: TenantID(String(decoding: $0, as: UTF8.self)), change: .endLeases)
                }, database)
        }
    }

    // MARK: Rows

    private static func account(of tenant: TenantID, _ database: Database) throws -> TenantAccount {
        let text = try String.fetchOne(
            database.cachedStatement(sql: "SELECT account FROM account WHERE tenant = ?"),
            arguments: [Data(tenant.rawValue.utf8)])
        guard let text else { return TenantAccount() }
        guard let account = TenantAccount(json: text) else {
            throw LimitStoreError("the account of a tenant cannot be read")
        }
        return account
    }

    /// Makes changes in order; each account is read and written once.
    private static func apply(
        _ requests: [Request], _ database: Database
    ) throws -> [AccountOutcome] {
        var before: [TenantID: TenantAccount] = [:]
        var accounts: [TenantID: TenantAccount] = [:]
        var outcomes: [AccountOutcome] = []
        for request in requests {
            let tenant = request.tenant
            if accounts[tenant] == nil {
                let account = try account(of: tenant, database)
                accounts[tenant] = account
                before[tenant] = account
            }
            outcomes.append(accounts[tenant, default: TenantAccount()].apply(request.change))
        }
        for (tenant, account) in accounts where account != before[tenant] {
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO account (tenant, open, account) VALUES (?, ?, ?)"
            ).execute(arguments: [
                Data(tenant.rawValue.utf8), account.openCount, try account.json(),
            ])
        }
        return outcomes
    }

    /// What SQLite says, without values of a statement.
    private static func words(_ error: DatabaseError) -> String {
        error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    }
}
