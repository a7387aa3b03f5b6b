package import Foundation

/// What every client needs: region, endpoints, credentials and a way to send requests.
package struct AWSEnvironment: Sendable {
    package var region: String
    /// Nil where requests go unsigned.
    package var credentials: (any CredentialsProvider)?
    package var transport: any HTTPTransport
    /// Endpoints other than the standard ones, by the services' names; `*` stands for all others.
    package var endpoints: [String: Endpoint]
    package var retries = RetryPolicy()

    package init(
        region: String, credentials: (any CredentialsProvider)?,
        endpoints: [String: Endpoint] = [:], transport: any HTTPTransport = SharedTransport()
    ) {
        self.region = region
        self.credentials = credentials
        self.endpoints = endpoints
        self.transport = transport
    }

    /// What the standard environment variables and the shared config and credentials files say.
    ///
    /// The region is that of `AWS_REGION`, of `AWS_DEFAULT_REGION`, or else of the profile, which is
    /// the one that `AWS_PROFILE` names, or `default`. Credentials are looked for when they are first
    /// asked for, in the order of ``StandardCredentials``, and are kept until shortly before they
    /// expire.
    ///
    /// - Parameters:
    ///   - variables: the environment; a variable that is empty counts as not set.
    ///   - now: the clock by which credentials expire.
    /// - Throws: ``AWSConfigurationError`` where there is no region, or a value makes no sense or cannot
    ///   be heeded.
    package static func standard(
        _ variables: [String: String] = ProcessInfo.processInfo.environment,
        transport: any HTTPTransport = SharedTransport(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws(AWSConfigurationError) -> AWSEnvironment {
        let variables = EnvironmentVariables(variables)
        let configuration = try SharedConfiguration(variables)
        let name = variables["AWS_PROFILE"]
        let profile = configuration.profiles[name ?? "default"]
        let files = configuration.paths.joined(separator: " and ")
        if let name, profile == nil {
            throw AWSConfigurationError(
                reason: "AWS_PROFILE is \(name), but there is no such profile in \(files)")
        }
        guard
            let region = variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"]
                ?? profile?["region"]
        else {
            throw AWSConfigurationError(
                reason: "no AWS region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and "
                    + "profile \(name ?? "default") in \(files) has no region"
            )
        }
        guard region.utf8.allSatisfy(isPartOfHostName) else {
            throw AWSConfigurationError(
                reason: "the AWS region is not one: \(region.debugDescription)")
        }
        try EndpointSettings.refuseVariants(variables, profile)
        let endpoints = try EndpointSettings.endpoints(variables, profile, configuration)
        let retries = try RetryPolicy(variables, profile)
        let context = CredentialsContext(
            variables: variables, configuration: configuration, profile: name ?? "default",
            region: region, endpoints: endpoints, retries: retries, transport: transport, now: now
        )
        var environment = AWSEnvironment(
            region: region,
            credentials: CachedCredentials(StandardCredentials(context), now: now),
            endpoints: endpoints, transport: transport
        )
        environment.retries = retries
        return environment
    }

    private static func isPartOfHostName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Where `service` answers.
    package func endpoint(of service: String) -> Endpoint {
        customEndpoint(of: service) ?? Endpoint(host: "\(service).\(region).\(domain)")
    }

    /// The endpoint that is set for `service`, such as that of a test server; nil where AWS's own holds.
    package func customEndpoint(of service: String) -> Endpoint? {
        Self.customEndpoint(of: service, among: endpoints)
    }

    private static func customEndpoint(
        of service: String, among endpoints: [String: Endpoint]
    ) -> Endpoint? {
        endpoints[service] ?? endpoints["*"]
    }

    /// Where a service answers that is not AWS's own, by what the standard variables and files say; nil
    /// where it is AWS's.
    ///
    /// - Throws: ``AWSConfigurationError`` where a file cannot be read, or a value makes no sense.
    package static func standardForeignEndpoint(
        of service: String,
        _ variables: [String: String] = ProcessInfo.processInfo.environment
    ) throws(AWSConfigurationError) -> Endpoint? {
        let variables = EnvironmentVariables(variables)
        let configuration = try SharedConfiguration(variables)
        let profile = configuration.profiles[variables["AWS_PROFILE"] ?? "default"]
        let endpoints = try EndpointSettings.endpoints(variables, profile, configuration)
        return foreignEndpoint(of: service, among: endpoints)
    }

    /// Where a service answers that is not AWS's own; nil where it is.
    package func foreignEndpoint(of service: String) -> Endpoint? {
        Self.foreignEndpoint(of: service, among: endpoints)
    }

    private static func foreignEndpoint(
        of service: String, among endpoints: [String: Endpoint]
    ) -> Endpoint? {
        guard let endpoint = customEndpoint(of: service, among: endpoints) else { return nil }
        // As one of a VPC, or one for FIPS.
        let isOwn = (domains.map(\.domain) + [usualDomain]).contains {
            endpoint.host.hasSuffix(".\($0)")
        }
        return isOwn ? nil : endpoint
    }

    /// The domain of the region's partition.
    private var domain: String {
        Self.domains.first { region.hasPrefix($0.region) }?.domain ?? Self.usualDomain
    }

    /// The domains by how the regions' names begin, as botocore's partitions have them.
    private static let domains: [(region: String, domain: String)] = [
        ("cn-", "amazonaws.com.cn"), ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"), ("us-isof-", "csp.hci.ic.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"), ("eusc-", "amazonaws.eu"),
    ]
    private static let usualDomain = "amazonaws.com"
}
