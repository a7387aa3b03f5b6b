internal import Foundation

extension TenantAccount {
    /// The account as stores keep it; equal accounts have equal text.
    func json() throws(LimitStoreError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(self) else {
            throw LimitStoreError("an account of a tenant has no form in JSON")
        }
        return String(decoding: json, as: UTF8.self)
    }

    /// Nil if it is none.
    init?(json: String) {
        guard let account = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
            return nil
        }
        self = account
    }
}
