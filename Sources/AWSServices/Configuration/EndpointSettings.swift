/// The endpoints that environment variables and the config file set; see "Service-specific endpoints"
/// in the AWS SDKs and Tools reference guide.
enum EndpointSettings {
    /// The endpoints by the services' names; `*` stands for all others.
    ///
    /// What is set in the environment, be it for all services, holds above the config file.
    static func endpoints(
        _ variables: EnvironmentVariables, _ profile: Profile?, _ configuration: SharedConfiguration
    ) throws(AWSConfigurationError) -> [String: Endpoint] {
        let ignored =
            variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]
            ?? profile?["ignore_configured_endpoint_urls"]
        guard ignored?.lowercased() != "true" else { return [:] }
        var endpoints: [String: Endpoint] = [:]
        let prefix = "AWS_ENDPOINT_URL"
        for name in variables.all.keys where name == prefix || name.hasPrefix("\(prefix)_") {
            guard let url = variables[name] else { continue }
            let service = name == prefix ? "*" : service(name.dropFirst(prefix.count + 1))
            endpoints[service] = try endpoint(url, name)
        }
        guard endpoints["*"] == nil, let profile else { return endpoints }
        if let name = profile["services"] {
            guard let services = configuration.services[name] else {
                throw AWSConfigurationError(
                    reason: "profile \(profile.name): there is no section [services \(name)]")
            }
            for (id, settings) in services {
                let service = service(id[...])
                guard let url = settings["endpoint_url"], !url.isEmpty,
                    endpoints[service] == nil
                else { continue }
                endpoints[service] = try endpoint(url, "[services \(name)], \(id): endpoint_url")
            }
        }
        if let url = profile["endpoint_url"] {
            endpoints["*"] = try endpoint(url, "profile \(profile.name): endpoint_url")
        }
        return endpoints
    }

    /// Endpoints for FIPS and for IPv6 have other names, of another form from service to service. Whoever
    /// demands them must not be led elsewhere in silence.
    static func refuseVariants(
        _ variables: EnvironmentVariables, _ profile: Profile?
    ) throws(AWSConfigurationError) {
        for kind in ["fips", "dualstack"] {
            let setting = "use_\(kind)_endpoint"
            let variable = "AWS_\(setting.uppercased())"
            guard (variables[variable] ?? profile?[setting])?.lowercased() == "true" else {
                continue
            }
            let place =
                variables[variable] != nil
                ? variable : "profile \(profile?.name ?? ""): \(setting)"
            throw AWSConfigurationError(
                reason:
                    "\(place) is true, which is not supported: unset it, and name such endpoints "
                    + "by AWS_ENDPOINT_URL_S3 and the like")
        }
    }

    private static func endpoint(
        _ url: String, _ place: String
    ) throws(AWSConfigurationError) -> Endpoint {
        guard let endpoint = Endpoint(url: url) else {
            throw AWSConfigurationError(
                reason: "\(place) is not the http or https URL of an endpoint")
        }
        return endpoint
    }

    /// A service's name in host names, from its id in variables and the config file.
    private static func service(_ id: Substring) -> String {
        switch id.lowercased() {
        case "bedrock_runtime": "bedrock-runtime"
        case "cloudwatch_logs": "logs"
        case "cloudwatch": "monitoring"
        case let id: id
        }
    }
}
