internal import Foundation
internal import XMLCoder

/// Temporary credentials; see the AWS Security Token Service API reference.
package struct STSClient: Sendable {
    private let client: AWSClient

    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "sts")
    }

    /// Credentials of a role, in exchange for those of the environment.
    package func assumeRole(_ role: STSRole) async throws -> AWSCredentials {
        let (answer, exchange) = try await call(
            "AssumeRole", Self.parameters(of: role), as: AssumeRoleResponse.self)
        return try credentials(answer.AssumeRoleResult.Credentials, exchange)
    }

    /// Credentials of a role, in exchange for the token of a web identity; the environment needs none.
    package func assumeRoleWithWebIdentity(
        _ role: STSRole, token: String
    ) async throws -> AWSCredentials {
        var parameters = Self.parameters(of: role)
        parameters["WebIdentityToken"] = token
        let (answer, exchange) = try await call(
            "AssumeRoleWithWebIdentity", parameters, as: AssumeRoleWithWebIdentityResponse.self)
        return try credentials(answer.AssumeRoleWithWebIdentityResult.Credentials, exchange)
    }

    private static func parameters(of role: STSRole) -> [String: String] {
        var parameters = ["RoleArn": role.arn, "RoleSessionName": role.sessionName]
        parameters["ExternalId"] = role.externalID
        parameters["DurationSeconds"] = role.duration.map { String($0) }
        return parameters
    }

    /// Calls an operation of the protocol awsQuery.
    private func call<Answer: Decodable>(
        _ operation: String, _ parameters: [String: String], as answer: Answer.Type
    ) async throws -> (Answer, AWSExchange) {
        let fields = parameters.merging(["Action": operation, "Version": "2011-06-15"]) { $1 }
        let form = fields.sorted { $0.key < $1.key }
            .map { "\(URIEncoding.encoded($0.key))=\(URIEncoding.encoded($0.value))" }
        let request = HTTPRequest(
            "POST", client.endpoint,
            headers: ["content-type": "application/x-www-form-urlencoded; charset=utf-8"],
            payload: .bytes(Array(form.joined(separator: "&").utf8))
        )
        let reply = try await client.receive(
            request, operation, timeout: .seconds(10), callTimeout: .seconds(60),
            limit: 1 << 20)
        guard let answer = try? XMLDecoder().decode(answer, from: Data(reply.bytes)) else {
            throw reply.exchange.error()
        }
        return (answer, reply.exchange)
    }

    private func credentials(
        _ fields: SessionCredentials, _ exchange: AWSExchange
    ) throws -> AWSCredentials {
        guard let expiration = ServiceTime.date(ofTimestamp: fields.Expiration) else {
            throw exchange.error()
        }
        return AWSCredentials(
            accessKeyID: fields.AccessKeyId, secretAccessKey: fields.SecretAccessKey,
            sessionToken: fields.SessionToken, expiration: expiration
        )
    }
}

private struct SessionCredentials: Decodable {
    var AccessKeyId: String
    var SecretAccessKey: String
    var SessionToken: String
    var Expiration: String
}

private struct AssumeRoleResponse: Decodable {
    struct Result: Decodable {
        var Credentials: SessionCredentials
    }
    var AssumeRoleResult: Result
}

private struct AssumeRoleWithWebIdentityResponse: Decodable {
    struct Result: Decodable {
        var Credentials: SessionCredentials
    }
    var AssumeRoleWithWebIdentityResult: Result
}
