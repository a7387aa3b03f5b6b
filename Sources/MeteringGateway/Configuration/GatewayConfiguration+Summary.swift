internal import BedrockMetering

extension GatewayConfiguration {
    /// What the configuration amounts to, in lines for people.
    package var summary: [String] {
        var lines = ["calls come in at \(listen)"]
        lines.append("metrics: " + (metricsListen.map { "at \($0)" } ?? "none"))
        lines.append(
            "tokens: of \(authentication.issuer), made for "
                + authentication.audience.joined(separator: " or ")
                + "; \(authentication.tenantClaim) names the tenant, \(authentication.userClaim) the user"
        )
        lines += models.aliases.sorted { $0.key < $1.key }.map { alias, id in
            "model \(alias): \(id)" + (alias == models.defaultAlias ? ", the default" : "")
        }
        if models.defaultAlias == nil { lines.append("no default model: each call names one") }
        lines += tenants.named.map { tenant in
            "tenant \(tenant): \(tenants.rules(of: tenant)?.summary ?? "")"
        }
        lines.append(
            "all other tenants: " + (tenants.rules(of: TenantID("*"))?.summary ?? "refused"))
        lines.append(
            "each call: at most \(limits.maxTokens) tokens of answer, \(limits.maxBodyBytes) bytes of "
                + "request, \(limits.callTimeoutSeconds) s; \(limits.concurrentCalls) calls at once"
        )
        lines += usage.summary
        lines.append("limits are kept \(limitStore.summary)")
        if usage.spool == nil, limitStore == .memory {
            lines.append(
                "a call that this process dies in leaves no trace: neither a spool nor a durable "
                    + "limit_store is set")
        }
        if let cors { lines.append("browsers call from \(cors.origins.joined(separator: ", "))") }
        return lines
    }
}

extension ListenAddress: CustomStringConvertible {
    package var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension TenantRules {
    fileprivate var summary: String {
        var parts = [models.map { "models \($0.joined(separator: ", "))" } ?? "all models"]
        if let requestsPerMinute { parts.append("\(requestsPerMinute) requests a minute") }
        if let concurrentCalls { parts.append("\(concurrentCalls) calls at once") }
        if let tokensPerDay { parts.append("\(tokensPerDay) tokens a day") }
        if let tokensPerMonth { parts.append("\(tokensPerMonth) tokens a month") }
        if parts.count == 1 { parts.append("no limits") }
        parts.append("days of \(zone.identifier)")
        return parts.joined(separator: "; ")
    }
}

extension UsageSettings {
    fileprivate var summary: [String] {
        var lines: [String] = []
        if let spool {
            lines.append(
                "usage lines are durable in \(spool), which takes \(spoolBytes) bytes"
                    + (logGroup == nil && bucket == nil ? ", and stay there" : ""))
        }
        if let logGroup { lines.append("usage lines go to log group \(logGroup)") }
        if let bucket {
            lines.append(
                "usage lines go to \(bucket)" + (logGroup == nil ? "" : " if the log group refuses")
            )
        }
        return lines
    }
}

extension LimitStoreSettings {
    fileprivate var summary: String {
        switch self {
        case .memory: "in memory, and begin anew with each start"
        case .sqlite(let path): "in \(path)"
        case .dynamoDB(let table): "in DynamoDB's table \(table)"
        }
    }
}
