/// What a gateway is told to do: a value that ``ConfigurationDocument`` reads from JSON.
package struct GatewayConfiguration: Sendable, Equatable {
    /// Where calls come in.
    package var listen = ListenAddress(host: "127.0.0.1", port: 8080)
    /// Where metrics are asked for; nil where nobody may.
    package var metricsListen: ListenAddress?
    package var authentication: AuthenticationSettings
    package var models: ModelSettings
    package var tenants: TenantTable
    package var limits = CallLimitsSettings()
    package var usage: UsageSettings
    package var limitStore = LimitStoreSettings.memory
    /// Nil where answers carry no headers for browsers of other origins.
    package var cors: CORSSettings?
}

/// A host, which may be a name, and a port, of which 0 is one that is free.
package struct ListenAddress: Sendable, Equatable {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Takes an address as `127.0.0.1:8080` or `[::1]:8080`; nil where it is none.
    package init?(_ text: String) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.utf8.contains(UInt8(ascii: ":")) else { return nil }
        } else if host.utf8.contains(UInt8(ascii: ":")) {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            return nil
        }
        self.init(host: host, port: Int(port))
    }
}

/// Whose tokens are taken, and what in them names tenant and user.
package struct AuthenticationSettings: Sendable, Equatable {
    package var issuer: String
    /// Of which a token names one.
    package var audience: [String]
    /// Nil for the issuer's own.
    package var keysURL: String?
    package var tenantClaim = "custom:tenant_id"
    package var userClaim = "sub"
    /// How far the issuer's clock may be from ours.
    package var clockSkewSeconds = 30
}

/// The models by the names that clients call them by.
package struct ModelSettings: Sendable, Equatable {
    /// The alias of a call that names none; nil where each must.
    package var defaultAlias: String?
    /// Bedrock's model ids or ARNs by alias.
    package var aliases: [String: String]
}

/// Bounds of every call, whoever makes it.
package struct CallLimitsSettings: Sendable, Equatable {
    /// What an answer may have, and has where the call says nothing of it.
    package var maxTokens = 1000
    package var maxBodyBytes = 1 << 20
    package var callTimeoutSeconds = 300
    /// Calls of all tenants at one time.
    package var concurrentCalls = 1000
}

/// Where usage lines go; at least one of the three is set.
package struct UsageSettings: Sendable, Equatable {
    package var logGroup: String?
    /// `s3://bucket/prefix/`.
    package var bucket: String?
    /// A folder, the journal in front of the other two.
    package var spool: String?
    package var spoolBytes = 1 << 30
}

/// Where reservations and debits of tenants are kept.
package enum LimitStoreSettings: Sendable, Equatable {
    /// In this process, gone with it.
    case memory
    /// A file on this machine.
    case sqlite(path: String)
    case dynamoDB(table: String)
}

/// The web pages from which browsers may call.
package struct CORSSettings: Sendable, Equatable {
    /// As `https://app.example.com`; `*` is any.
    package var origins: [String]
}
