/// Credentials of the role of an instance on EC2, by version 2 of its metadata service; see "Use IMDS" in
/// the EC2 user guide.
struct InstanceCredentials: CredentialsProvider {
    private let context: CredentialsContext
    private static let place = "instance metadata"
    private static let roles = "/latest/meta-data/iam/security-credentials/"
    /// Six hours, the longest that the service grants.
    private static let tokenSeconds = "21600"

    init(_ context: CredentialsContext) {
        self.context = context
    }

    func credentials() async throws -> AWSCredentials {
        let variables = context.variables
        guard variables["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else {
            throw CredentialsError.absent(Self.place, "AWS_EC2_METADATA_DISABLED is true")
        }
        let service = context.metadataService(at: try endpoint())
        do {
            let token = try text(
                await service.send(
                    "PUT", "/latest/api/token",
                    headers: ["x-aws-ec2-metadata-token-ttl-seconds": Self.tokenSeconds]
                )
            )
            let headers = ["x-aws-ec2-metadata-token": token]
            let name = try text(await role(service, headers))
            let path = Self.roles + URIEncoding.encoded(name)
            let body = try await service.send("GET", path, headers: headers)
            return try CredentialsDocument(body).credentials
        } catch MetadataService.Failure.unreachable(let endpoint) {
            throw CredentialsError.absent(
                Self.place, "\(MetadataService.Failure.unreachable(endpoint))")
        } catch let error as MetadataService.Failure {
            throw CredentialsError(Self.place, "\(error)")
        } catch let error as CredentialsDocument.Unreadable {
            throw CredentialsError(Self.place, "\(error)")
        }
    }

    private func role(
        _ service: MetadataService, _ headers: [String: String]
    ) async throws -> [UInt8] {
        do {
            return try await service.send("GET", Self.roles, headers: headers)
        } catch MetadataService.Failure.status(404, _) {
            throw CredentialsError.absent(Self.place, "the instance has no role")
        }
    }

    private func endpoint() throws(CredentialsError) -> Endpoint {
        let profile = context.configuration.profiles[context.profile]
        let name = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
        if let url = context.variables[name] ?? profile?["ec2_metadata_service_endpoint"] {
            guard let endpoint = Endpoint(url: url) else {
                throw CredentialsError(Self.place, "\(name) is not an http or https URL")
            }
            return endpoint
        }
        let mode =
            context.variables["\(name)_MODE"] ?? profile?["ec2_metadata_service_endpoint_mode"]
        switch mode?.lowercased() {
        case nil, "ipv4": return Endpoint(isSecure: false, host: "169.254.169.254")
        case "ipv6": return Endpoint(isSecure: false, host: "[fd00:ec2::254]")
        default: throw CredentialsError(Self.place, "\(name)_MODE is neither IPv4 nor IPv6")
        }
    }

    /// The first line of an answer, which must stand in a header or a path.
    private func text(_ body: [UInt8]) throws(CredentialsError) -> String {
        let line = body.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty, line.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw CredentialsError(Self.place, "an answer is not what the service is to say")
        }
        return String(decoding: line, as: UTF8.self)
    }
}
