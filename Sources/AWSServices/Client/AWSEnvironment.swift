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

    /// Where a service answers that is not AWS's own; nil where it is.
    package func foreignEndpoint(of service: String) -> Endpoint? {
        Self.foreignEndpoint(of: service, among: endpoints)
    }

    static func foreignEndpoint(
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
