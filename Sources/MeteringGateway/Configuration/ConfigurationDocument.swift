internal import AWSServices
internal import BedrockMetering

/// The JSON of a configuration. An unknown key is an error: a limit that is misspelt would be none.
package enum ConfigurationDocument {
    /// The configuration that `bytes` hold.
    ///
    /// - Throws: ``ConfigurationError`` with all that is wrong.
    package static func configuration(
        of bytes: [UInt8]
    ) throws(ConfigurationError) -> GatewayConfiguration {
        let document: JSONValue
        do {
            document = try JSONParser.value(of: bytes)
        } catch {
            throw ConfigurationError(
                problems: [ConfigurationProblem(key: "", reason: "the JSON is not sound: \(error)")]
            )
        }
        guard let members = document.members else {
            throw ConfigurationError(
                problems: [ConfigurationProblem(key: "", reason: "the JSON is no object")])
        }
        let problems = ConfigurationObject.Problems()
        let root = ConfigurationObject(path: "", members: members, problems: problems)
        let configuration = read(root)
        root.close()
        guard problems.list.isEmpty, let configuration else {
            throw ConfigurationError(problems: problems.list)
        }
        return configuration
    }

    private static func read(_ root: ConfigurationObject) -> GatewayConfiguration? {
        let authentication = authentication(root)
        let models = models(root)
        let tenants = TenantDocument.tenants(root, aliases: models?.aliases.keys.map(\.self))
        let usage = usage(root)
        let limits = limits(root)
        let listen = root.optional("listen", "an address such as 127.0.0.1:8080") {
            $0.string.flatMap { ListenAddress($0) }
        }
        let metrics = root.optional(
            "metrics_listen", "an address such as 127.0.0.1:9090, or null"
        ) { $0.string.flatMap { ListenAddress($0) } }
        let store = root.optional(
            "limit_store", "memory, the path of a file, or dynamodb:// and the name of a table"
        ) { $0.string.flatMap { limitStore($0) } }
        let cors = cors(root)
        guard let authentication, let models, let tenants, let usage else { return nil }
        var configuration = GatewayConfiguration(
            authentication: authentication, models: models, tenants: tenants, usage: usage)
        configuration.listen = listen ?? configuration.listen
        configuration.metricsListen = metrics
        configuration.limits = limits
        configuration.limitStore = store ?? .memory
        configuration.cors = cors
        return configuration
    }

    private static func authentication(_ root: ConfigurationObject) -> AuthenticationSettings? {
        guard let object = root.object("auth") else { return nil }
        defer { object.close() }
        let url = "an https URL; http is taken for loopback addresses alone"
        let issuer = object.required("issuer", url) { $0.string.flatMap { webAddress($0) } }
        let audience = object.required("audience", "a list of client ids") { value in
            let names = value.elements?.compactMap(\.string).filter { !$0.isEmpty } ?? []
            return names.isEmpty || names.count != value.elements?.count ? nil : names
        }
        let keys = object.optional("jwks_url", url) { $0.string.flatMap { webAddress($0) } }
        let claim = "the name of a claim"
        let tenant = object.optional("tenant_claim", claim) { nonEmpty($0) }
        let user = object.optional("user_claim", claim) { nonEmpty($0) }
        let skew = object.integer("clock_skew_seconds", 0...300, standard: 30)
        guard let issuer, let audience else { return nil }
        var settings = AuthenticationSettings(issuer: issuer, audience: audience, keysURL: keys)
        settings.tenantClaim = tenant ?? settings.tenantClaim
        settings.userClaim = user ?? settings.userClaim
        settings.clockSkewSeconds = skew
        return settings
    }

    private static func models(_ root: ConfigurationObject) -> ModelSettings? {
        guard let object = root.object("models") else { return nil }
        defer { object.close() }
        var aliases: [String: String] = [:]
        if let names = object.object("aliases") {
            for member in names.named() {
                guard let id = nonEmpty(member.value), id.utf8.count <= 2048,
                    id.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
                else {
                    names.problem(member.key, "must be the id or ARN of a model of Bedrock")
                    continue
                }
                guard !member.key.isEmpty, !member.key.unicodeScalars.contains(where: isControl)
                else {
                    names.problem(member.key, "is no name for a model")
                    continue
                }
                aliases[member.key] = id
            }
            names.close()
            if names.named().isEmpty { object.problem("aliases", "names no model") }
        }
        let standard = object.optional("default", "the alias of a model") { nonEmpty($0) }
        if let standard, !aliases.isEmpty, aliases[standard] == nil {
            object.problem("default", "is no alias of models.aliases")
        }
        return ModelSettings(defaultAlias: standard, aliases: aliases)
    }

    private static func limits(_ root: ConfigurationObject) -> CallLimitsSettings {
        var settings = CallLimitsSettings()
        guard let object = root.object("limits", isRequired: false) else { return settings }
        settings.maxTokens = object.integer("max_tokens", 1...10_000_000, standard: 1000)
        // What Bedrock takes, in bytes.
        settings.maxBodyBytes = object.integer(
            "max_body_bytes", 1...25_000_000, standard: 1 << 20)
        settings.callTimeoutSeconds = object.integer(
            "call_timeout_seconds", 1...3600, standard: 300)
        settings.concurrentCalls = object.integer(
            "concurrent_calls", 0...1_000_000, standard: 1000)
        object.close()
        return settings
    }

    private static func usage(_ root: ConfigurationObject) -> UsageSettings? {
        guard let object = root.object("usage") else { return nil }
        defer { object.close() }
        var settings = UsageSettings()
        settings.logGroup = object.optional("log_group", "the name of a log group") { value in
            nonEmpty(value).flatMap { name in
                let isName = name.utf8.allSatisfy { byte in
                    UInt8.isLetterOrDigit(byte) || "_-/.#".utf8.contains(byte)
                }
                return isName && name.utf8.count <= 512 ? name : nil
            }
        }
        settings.bucket = object.optional("bucket", "s3:// and the name of a bucket") { value in
            nonEmpty(value).flatMap { $0.hasPrefix("s3://") && $0.utf8.count > 5 ? $0 : nil }
        }
        settings.spool = object.optional("spool", "the path of a folder") { value in
            nonEmpty(value).flatMap { $0.contains("://") || $0.contains("\0") ? nil : $0 }
        }
        settings.spoolBytes = object.integer("spool_bytes", 16_384 ... .max, standard: 1 << 30)
        if object.value("log_group") ?? .null == .null, object.value("bucket") ?? .null == .null,
            object.value("spool") ?? .null == .null
        {
            root.problem("usage", "names no place for usage lines: log_group, bucket or spool")
        }
        return settings
    }

    private static func limitStore(_ text: String) -> LimitStoreSettings? {
        if text == "memory" { return .memory }
        if text.hasPrefix("dynamodb://") {
            let table = text.dropFirst("dynamodb://".count)
            let isName = table.utf8.allSatisfy {
                UInt8.isLetterOrDigit($0) || "_-.".utf8.contains($0)
            }
            return isName && (3...255).contains(table.utf8.count)
                ? .dynamoDB(table: String(table)) : nil
        }
        // A word alone would be a file of that name, and is more likely misspelt.
        guard text.contains("/"), !text.contains("://"), !text.hasSuffix("/"),
            !text.contains("\0")
        else { return nil }
        return .sqlite(path: text)
    }

    private static func cors(_ root: ConfigurationObject) -> CORSSettings? {
        guard let object = root.object("cors", isRequired: false) else { return nil }
        defer { object.close() }
        let origins = object.required(
            "origins", "a list of origins such as https://app.example.com, or of \"*\""
        ) { value -> [String]? in
            guard let elements = value.elements else { return nil }
            let origins = elements.compactMap(\.string).filter(isOrigin)
            return origins.count == elements.count ? origins : nil
        }
        return origins.map { CORSSettings(origins: $0) }
    }

    private static func isOrigin(_ text: String) -> Bool {
        if text == "*" { return true }
        guard let endpoint = Endpoint(url: text) else { return false }
        return endpoint.basePath.isEmpty && !text.hasSuffix("/")
    }

    /// A URL as it is written, of https, or of http to this machine.
    private static func webAddress(_ text: String) -> String? {
        guard let endpoint = Endpoint(url: text), endpoint.isSecure || endpoint.isLoopback else {
            return nil
        }
        return text
    }

    private static func nonEmpty(_ value: JSONValue) -> String? {
        value.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}

extension UInt8 {
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
    }
}
