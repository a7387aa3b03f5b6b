/// Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
struct EnvironmentCredentials: CredentialsProvider {
    private let variables: EnvironmentVariables

    init(_ variables: EnvironmentVariables) {
        self.variables = variables
    }

    func credentials() throws -> AWSCredentials {
        let place = "environment"
        switch (variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"]) {
        case (let id?, let secret?):
            return AWSCredentials(
                accessKeyID: id, secretAccessKey: secret,
                sessionToken: variables["AWS_SESSION_TOKEN"]
            )
        case (nil, nil):
            throw CredentialsError.absent(place, "AWS_ACCESS_KEY_ID is not set")
        case (_?, nil):
            throw CredentialsError(
                place, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not")
        case (nil, _?):
            throw CredentialsError(
                place, "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not")
        }
    }
}
