/// Credentials of a role that a token of a web identity is exchanged for, as on EKS.
struct WebIdentityCredentials: CredentialsProvider {
    private let context: CredentialsContext
    private let place: String
    private let tokenFile: String?
    private let role: STSRole?

    /// What the environment says.
    init(_ context: CredentialsContext) {
        let variables = context.variables
        self.context = context
        place = "web identity"
        tokenFile = variables["AWS_WEB_IDENTITY_TOKEN_FILE"]
        role = variables["AWS_ROLE_ARN"].map { arn in
            STSRole(
                arn: arn, sessionName: variables["AWS_ROLE_SESSION_NAME"] ?? context.sessionName)
        }
    }

    /// What a profile says.
    init(_ context: CredentialsContext, place: String, tokenFile: String, role: STSRole) {
        self.context = context
        self.place = place
        self.tokenFile = tokenFile
        self.role = role
    }

    func credentials() async throws -> AWSCredentials {
        guard let tokenFile else {
            throw CredentialsError.absent(place, "AWS_WEB_IDENTITY_TOKEN_FILE is not set")
        }
        guard let role else {
            throw CredentialsError(
                place, "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not")
        }
        let token = try TokenFile.token(at: tokenFile, place)
        do {
            return try await context.sts(nil).assumeRoleWithWebIdentity(role, token: token)
        } catch let error as AWSError {
            throw CredentialsError(place, "role \(role.arn) cannot be assumed: \(error)")
        }
    }
}
