internal import Foundation

/// What every client needs: region, endpoints, credentials and a way to send requests.
package struct AWSEnvironment: Sendable {
    package var region: String
    package var credentials: any CredentialsProvider
    package var transport: any HTTPTransport
    /// Endpoints other than the standard ones, by the services' names; `*` stands for all others.
    package var endpoints: [String: Endpoint]

    package init(
        region: String, credentials: any CredentialsProvider,
        endpoints: [String: Endpoint] = [:], transport: any HTTPTransport = SharedTransport()
    ) {
        self.region = region
        self.credentials = credentials
        self.endpoints = endpoints
        self.transport = transport
    }

    /// What the standard environment variables say.
    ///
    /// - Throws: ``AWSConfigurationError`` where there is no region, or a value makes no sense.
    package static func standard(
        _ variables: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> AWSEnvironment {
        guard let region = variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] else {
            throw AWSConfigurationError(reason: "no region: AWS_REGION is not set")
        }
        var endpoints: [String: Endpoint] = [:]
        for (name, value) in variables where name.hasPrefix("AWS_ENDPOINT_URL") {
            guard let endpoint = Endpoint(url: value) else {
                throw AWSConfigurationError(reason: "\(name) is not an http or https URL")
            }
            let service = name.dropFirst("AWS_ENDPOINT_URL".count).drop { $0 == "_" }
            endpoints[service.isEmpty ? "*" : service.lowercased()] = endpoint
        }
        return AWSEnvironment(
            region: region, credentials: EnvironmentCredentials(variables), endpoints: endpoints
        )
    }

    /// Where `service` answers.
    package func endpoint(of service: String) -> Endpoint {
        if let endpoint = endpoints[service] ?? endpoints["*"] { return endpoint }
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return Endpoint(host: "\(service).\(region).\(suffix)")
    }

    /// Whether `service` has an endpoint of its own, such as a test server.
    package func hasCustomEndpoint(_ service: String) -> Bool {
        endpoints[service] != nil || endpoints["*"] != nil
    }
}

/// What is wrong with the configuration.
package struct AWSConfigurationError: Error, Sendable, CustomStringConvertible {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
