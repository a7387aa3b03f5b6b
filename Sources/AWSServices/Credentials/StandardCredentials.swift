/// Credentials from the first place that is set up, in the standard order: the environment, the
/// profile, a web identity, the container, the instance.
///
/// A place that is set up and fails ends the search: what another place holds may have other rights.
struct StandardCredentials: CredentialsProvider {
    private let places: [any CredentialsProvider]

    init(_ context: CredentialsContext) {
        places = [
            EnvironmentCredentials(context.variables),
            ProfileCredentials(context),
            WebIdentityCredentials(context),
            ContainerCredentials(context),
            InstanceCredentials(context),
        ]
    }

    func credentials() async throws -> AWSCredentials {
        var attempts: [CredentialsError.Attempt] = []
        for place in places {
            do {
                return try await place.credentials()
            } catch let error as CredentialsError {
                attempts += error.attempts
                guard error.attempts.allSatisfy(\.isAbsent) else { break }
            }
        }
        throw CredentialsError(attempts: attempts)
    }
}
