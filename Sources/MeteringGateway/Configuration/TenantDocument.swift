internal import BedrockMetering

/// The part of a configuration's JSON that says what tenants may do.
enum TenantDocument {
    private static let kind = "a list of aliases, or null for all"

    /// - Parameter aliases: the models that there are; nil where that could not be read.
    static func tenants(_ root: ConfigurationObject, aliases: [String]?) -> TenantTable? {
        guard let object = root.object("tenants") else { return nil }
        var entries: [TenantID: TenantTable.Entry] = [:]
        for member in object.named() {
            guard TenantName.isSound(member.key) else {
                object.problem(
                    member.key, "is no tenant: 1 to 256 bytes without control characters")
                continue
            }
            guard let members = member.value.members else {
                object.problem(member.key, "must be an object")
                continue
            }
            let entry = ConfigurationObject(
                path: object.path(of: member.key), members: members, problems: object.problems)
            entries[TenantID(member.key)] = read(entry, aliases: aliases)
            entry.close()
        }
        object.close()
        if object.named().isEmpty {
            root.problem("tenants", "names no tenant; \"*\" stands for all")
        }
        return TenantTable(entries)
    }

    private static func read(
        _ object: ConfigurationObject, aliases: [String]?
    ) -> TenantTable.Entry {
        var entry = TenantTable.Entry()
        if let value = object.value("models") {
            entry.models = models(value, object, aliases: aliases)
        }
        entry.requestsPerMinute = object.limit("requests_per_minute")
        entry.concurrentCalls = object.limit("concurrent_calls")
        entry.tokensPerDay = object.limit("tokens_per_day")
        entry.tokensPerMonth = object.limit("tokens_per_month")
        entry.zone = object.optional("time_zone", "a time zone such as Asia/Seoul") { value in
            value.string.flatMap { try? UsageZone($0) }
        }
        return entry
    }

    private static func models(
        _ value: JSONValue, _ object: ConfigurationObject, aliases: [String]?
    ) -> [String]?? {
        if value == .null { return .some(nil) }
        guard let names = value.elements?.compactMap(\.string),
            names.count == value.elements?.count
        else {
            object.problem("models", "must be \(kind)")
            return nil
        }
        for name in names where aliases?.contains(name) == false {
            object.problem("models", "names \(name), which is no alias of models.aliases")
        }
        return names
    }
}

/// What a tenant may be called.
enum TenantName {
    static func isSound(_ name: String) -> Bool {
        (1...256).contains(name.utf8.count)
            && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
