internal import Foundation

/// What the places of credentials need to know.
struct CredentialsContext: Sendable {
    let variables: EnvironmentVariables
    let configuration: SharedConfiguration
    /// The name of the profile that holds.
    let profile: String
    let region: String
    let endpoints: [String: Endpoint]
    let retries: RetryPolicy
    let transport: any HTTPTransport
    let now: @Sendable () -> Date

    /// STS, with these credentials, or unsigned where nil.
    func sts(_ credentials: (any CredentialsProvider)?) -> STSClient {
        var environment = AWSEnvironment(
            region: region, credentials: credentials, endpoints: endpoints, transport: transport)
        environment.retries = retries
        return STSClient(environment)
    }

    /// A service that hands out credentials without being shown any.
    func metadataService(at endpoint: Endpoint) -> MetadataService {
        MetadataService(endpoint: endpoint, transport: transport, retries: retries)
    }

    /// A name for the session of a role, for want of one in the configuration.
    var sessionName: String { "aws-services-\(Int64(now().timeIntervalSince1970))" }
}
