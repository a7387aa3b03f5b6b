import AWSServices
import Foundation
import TestSupport
import Testing

/// A home folder and an environment in which credentials are looked for.
struct CredentialsSetting {
    let home: TemporaryFolder
    var variables: [String: String]
    var now: @Sendable () -> Date = { Date() }
    var transport = SharedTransport()

    init(_ variables: [String: String] = [:]) throws {
        home = try TemporaryFolder()
        self.variables = variables.merging([
            "HOME": home.path, "AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
        ]) { given, _ in given }
    }

    func provider() throws -> any CredentialsProvider {
        let environment = try AWSEnvironment.standard(variables, transport: transport, now: now)
        return try #require(environment.credentials)
    }

    func credentials() async throws -> AWSCredentials {
        try await provider().credentials()
    }

    /// The error of looking for credentials; nil where there are some.
    func error() async throws -> CredentialsError? {
        do {
            _ = try await credentials()
            return nil
        } catch let error as CredentialsError {
            return error
        }
    }
}

/// Answers as the services give them.
enum Answers {
    /// Credentials with the access key `id`, the secret `hunter2` and the token `tok3n`.
    static func json(_ id: String, expiration: String = "2049-12-31T23:59:59Z") -> String {
        """
        {"Code": "Success", "AccessKeyId": "\(id)", "SecretAccessKey": "hunter2",
         "Token": "tok3n", "Expiration": "\(expiration)"}
        """
    }

    /// What STS answers to `operation`.
    static func xml(_ operation: String, _ id: String) -> String {
        """
        <\(operation)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <\(operation)Result>
            <AssumedRoleUser><Arn>arn</Arn><AssumedRoleId>id</AssumedRoleId></AssumedRoleUser>
            <Credentials>
              <AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>hunter2</SecretAccessKey>
              <SessionToken>tok3n</SessionToken><Expiration>2049-12-31T23:59:59Z</Expiration>
            </Credentials>
          </\(operation)Result>
          <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
        </\(operation)Response>
        """
    }

    static func xmlError(_ code: String) -> String {
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <Error><Type>Sender</Type><Code>\(code)</Code><Message>hunter2</Message></Error>
          <RequestId>r-1</RequestId>
        </ErrorResponse>
        """
    }
}

extension LoopbackServer.Request {
    /// The fields of a form that was sent.
    var form: [String: String] {
        var fields: [String: String] = [:]
        for pair in body.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[String(parts[0])] = parts[1].removingPercentEncoding
        }
        return fields
    }
}
