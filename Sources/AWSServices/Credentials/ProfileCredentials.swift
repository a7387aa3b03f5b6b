/// Credentials of a profile of the shared config and credentials files; see "AssumeRole credentials" and
/// "Process credential provider" in the AWS SDKs and Tools reference guide.
struct ProfileCredentials: CredentialsProvider {
    private let context: CredentialsContext
    private let name: String
    /// The profiles on whose behalf this one is asked, the first one first.
    private let askers: [String]

    init(_ context: CredentialsContext) {
        self.init(context, name: context.profile, askers: [])
    }

    private init(_ context: CredentialsContext, name: String, askers: [String]) {
        self.context = context
        self.name = name
        self.askers = askers
    }

    private var place: String { "profile \(name)" }

    func credentials() async throws -> AWSCredentials {
        guard let profile = context.configuration.profiles[name] else {
            let files = context.configuration.paths.joined(separator: " and ")
            let attempt = CredentialsError.Attempt(
                place: place, reason: "it is not in \(files)", isAbsent: askers.isEmpty)
            throw CredentialsError(attempts: [attempt])
        }
        // A chain of roles ends at the first profile that holds keys of its own.
        if !askers.isEmpty, let keys = try keys(of: profile) { return keys }
        if let arn = profile["role_arn"] { return try await credentials(of: arn, profile) }
        if let keys = try keys(of: profile) { return keys }
        if let command = profile["credential_process"] {
            let process = CredentialProcess(
                command: command, place: place, variables: context.variables)
            return try await process.credentials()
        }
        if profile.hasSetting(withPrefix: "sso_") || profile["login_session"] != nil {
            throw CredentialsError(
                place,
                "sign-in through a browser is not supported; "
                    + "credential_process = aws configure export-credentials --profile … can do it"
            )
        }
        throw CredentialsError.absent(place, "it holds no credentials")
    }

    private func keys(of profile: Profile) throws(CredentialsError) -> AWSCredentials? {
        switch (profile["aws_access_key_id"], profile["aws_secret_access_key"]) {
        case (let id?, let secret?):
            return AWSCredentials(
                accessKeyID: id, secretAccessKey: secret,
                sessionToken: profile["aws_session_token"]
            )
        case (nil, nil): return nil
        // As AWS's own tools have it, a secret alone does not keep a program from being asked.
        case (nil, _?) where profile["credential_process"] != nil: return nil
        case (_?, nil):
            throw CredentialsError(place, "it has aws_access_key_id, but no aws_secret_access_key")
        case (nil, _?):
            throw CredentialsError(place, "it has aws_secret_access_key, but no aws_access_key_id")
        }
    }

    private func credentials(of arn: String, _ profile: Profile) async throws -> AWSCredentials {
        guard profile["mfa_serial"] == nil else {
            throw CredentialsError(
                place, "mfa_serial asks for a code, which there is nobody to give")
        }
        let role = STSRole(
            arn: arn, sessionName: profile["role_session_name"] ?? context.sessionName,
            externalID: profile["external_id"], duration: try duration(of: profile)
        )
        let source: any CredentialsProvider
        switch (
            profile["source_profile"], profile["credential_source"],
            profile["web_identity_token_file"]
        ) {
        case (let name?, nil, nil): source = try self.source(name)
        case (nil, let name?, nil): source = try place(named: name)
        case (nil, nil, let file?):
            return try await WebIdentityCredentials(
                context, place: place, tokenFile: file, role: role
            ).credentials()
        default:
            throw CredentialsError(
                place,
                "role_arn needs one of source_profile, credential_source and "
                    + "web_identity_token_file"
            )
        }
        do {
            let credentials = try await source.credentials()
            return try await context.sts(StaticCredentials(credentials)).assumeRole(role)
        } catch let error as CredentialsError {
            // A role that is named in a profile is set up, whatever its source says.
            throw CredentialsError(
                attempts: [.init(place: place, reason: "its source gives no credentials")]
                    + error.attempts)
        } catch let error as AWSError {
            throw CredentialsError(place, "role \(arn) cannot be assumed: \(error)")
        }
    }

    private func source(_ name: String) throws(CredentialsError) -> any CredentialsProvider {
        let askers = askers + [self.name]
        // A profile may name itself, for its own keys.
        if name == self.name, let profile = context.configuration.profiles[name],
            let keys = try keys(of: profile)
        {
            return StaticCredentials(keys)
        }
        guard !askers.contains(name) else {
            let chain = (askers + [name]).joined(separator: ", ")
            throw CredentialsError(place, "source_profile leads back to itself: \(chain)")
        }
        return ProfileCredentials(context, name: name, askers: askers)
    }

    private func place(named name: String) throws(CredentialsError) -> any CredentialsProvider {
        switch name.lowercased() {
        case "environment": EnvironmentCredentials(context.variables)
        case "ec2instancemetadata": InstanceCredentials(context)
        case "ecscontainer": ContainerCredentials(context)
        default:
            throw CredentialsError(
                place,
                "credential_source is none of Environment, Ec2InstanceMetadata, EcsContainer")
        }
    }

    /// Seconds from a quarter of an hour to twelve hours, as STS has it.
    private func duration(of profile: Profile) throws(CredentialsError) -> Int? {
        guard let text = profile["duration_seconds"] else { return nil }
        guard let seconds = Int(text), (900...43_200).contains(seconds) else {
            throw CredentialsError(place, "duration_seconds is not a number from 900 to 43200")
        }
        return seconds
    }
}
