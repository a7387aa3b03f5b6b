internal import Foundation

/// Credentials of a container on ECS or, by Pod Identity, on EKS; see "Container credential provider" in
/// the AWS SDKs and Tools reference guide.
struct ContainerCredentials: CredentialsProvider {
    private let context: CredentialsContext
    private static let place = "container"
    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"

    init(_ context: CredentialsContext) {
        self.context = context
    }

    func credentials() async throws -> AWSCredentials {
        let url = try url()
        let service = context.metadataService(at: url.endpoint)
        do {
            let body = try await service.send(
                "GET", url.path, query: url.query, headers: try authorization())
            return try CredentialsDocument(body).credentials
        } catch let error as MetadataService.Failure {
            throw CredentialsError(Self.place, "\(error)")
        } catch let error as CredentialsDocument.Unreadable {
            throw CredentialsError(Self.place, "\(error)")
        }
    }

    private typealias Location = (endpoint: Endpoint, path: String, query: [HTTPRequest.QueryItem])

    private func url() throws(CredentialsError) -> Location {
        let variables = context.variables
        if let path = variables[Self.relative] {
            guard path.hasPrefix("/"), let url = Self.location("http://169.254.170.2\(path)") else {
                throw CredentialsError(Self.place, "\(Self.relative) is not a path")
            }
            return url
        }
        guard let text = variables[Self.full] else {
            throw CredentialsError.absent(
                Self.place, "neither \(Self.relative) nor \(Self.full) is set")
        }
        guard let url = Self.location(text) else {
            throw CredentialsError(Self.place, "\(Self.full) is not an http or https URL")
        }
        guard url.endpoint.isSecure || Self.isNearby(url.endpoint) else {
            throw CredentialsError(
                Self.place,
                "\(Self.full) is neither an https URL nor one of loopback or of a container agent"
            )
        }
        return url
    }

    /// Whether a host may be told the token without TLS: loopback, and the agents of ECS and EKS.
    private static func isNearby(_ endpoint: Endpoint) -> Bool {
        endpoint.isLoopback
            || ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(endpoint.host)
    }

    private static func location(_ text: String) -> Location? {
        guard var url = URLComponents(string: text) else { return nil }
        let query = (url.queryItems ?? []).map {
            HTTPRequest.QueryItem(name: $0.name, value: $0.value ?? "")
        }
        let path = url.percentEncodedPath
        url.percentEncodedPath = ""
        url.query = nil
        guard let origin = url.string, let endpoint = Endpoint(url: origin) else { return nil }
        return (endpoint, path.isEmpty ? "/" : path, query)
    }

    /// The token's file is read each time, since what is in it changes.
    private func authorization() throws(CredentialsError) -> [String: String] {
        let variables = context.variables
        var token = variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        if let path = variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            token = try TokenFile.token(at: path, Self.place)
        }
        guard let token else { return [:] }
        guard token.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw CredentialsError(Self.place, "the authorization token is no header's value")
        }
        return ["authorization": token]
    }
}
