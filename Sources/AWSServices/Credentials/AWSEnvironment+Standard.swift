package import Foundation

/// What the standard variables and files say.
extension AWSEnvironment {
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

    private static func isPartOfHostName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
