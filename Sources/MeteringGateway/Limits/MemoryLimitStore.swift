package import BedrockMetering
internal import Synchronization

/// Accounts that are gone with the process.
package final class MemoryLimitStore: LimitStore {
    private let accounts = Mutex<[TenantID: TenantAccount]>([:])

    package init() {}

    package var isDurable: Bool { false }

    package func apply(
        _ change: AccountChange, to tenant: TenantID
    ) async throws(LimitStoreError) -> AccountOutcome {
        accounts.withLock { $0[tenant, default: TenantAccount()].apply(change) }
    }

    package func account(of tenant: TenantID) async throws(LimitStoreError) -> TenantAccount {
        accounts.withLock { $0[tenant] ?? TenantAccount() }
    }

    package func tenantsWithOpenCalls() async throws(LimitStoreError) -> [TenantID] {
        accounts.withLock { $0.filter { $0.value.openCount > 0 }.keys.sorted() }
    }
}
