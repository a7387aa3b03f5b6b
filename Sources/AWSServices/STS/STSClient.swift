internal import Foundation
internal import XMLCoder

/// Temporary credentials; see the AWS Security Token Service API reference.
package struct STSClient: Sendable {
    private let client: AWSClient
    private static let timeout = Duration.seconds(10)
    private static let limit = 1 << 20
    private static let transientCodes: Set<String> = ["IDPCommunicationError", "Throttling"]

    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "sts")
    }

    /// Credentials of a role, in exchange for those of the request.
    package func assumeRole(_ role: STSRole) async throws -> AWSCredentials {
        let operation = "AssumeRole"
        let answer = try await call(
            operation, Self.parameters(of: role), as: AssumeRoleResponse.self)
        return try credentials(answer.AssumeRoleResult.Credentials, operation)
    }

    /// Credentials of a role, in exchange for the token of a web identity; the request is not signed.
    package func assumeRoleWithWebIdentity(
        _ role: STSRole, token: String
    ) async throws -> AWSCredentials {
        let operation = "AssumeRoleWithWebIdentity"
        var parameters = Self.parameters(of: role)
        parameters["WebIdentityToken"] = token
        let request = request(operation, parameters)
        let response = try await unsigned(request, operation)
        let answer = try await decoded(
            AssumeRoleWithWebIdentityResponse.self, from: response, operation)
        return try credentials(answer.AssumeRoleWithWebIdentityResult.Credentials, operation)
    }

    private static func parameters(of role: STSRole) -> [String: String] {
        var parameters = ["RoleArn": role.arn, "RoleSessionName": role.sessionName]
        parameters["ExternalId"] = role.externalID
        parameters["DurationSeconds"] = role.duration.map { String($0) }
        return parameters
    }

    private func call<Answer: Decodable>(
        _ operation: String, _ parameters: [String: String], as answer: Answer.Type
    ) async throws -> Answer {
        let response = try await client.send(
            request(operation, parameters), operation, timeout: Self.timeout)
        return try await decoded(answer, from: response, operation)
    }

    /// A request of the protocol awsQuery.
    private func request(_ operation: String, _ parameters: [String: String]) -> HTTPRequest {
        let fields = parameters.merging(["Action": operation, "Version": "2011-06-15"]) { $1 }
        let form = fields.sorted { $0.key < $1.key }
            .map { "\(URIEncoding.encoded($0.key))=\(URIEncoding.encoded($0.value))" }
        return HTTPRequest(
            "POST", client.endpoint,
            headers: ["content-type": "application/x-www-form-urlencoded; charset=utf-8"],
            payload: .bytes(Array(form.joined(separator: "&").utf8))
        )
    }

    /// Sends a request as it is, a second time where that may help.
    private func unsigned(
        _ request: HTTPRequest, _ operation: String
    ) async throws -> HTTPResponse {
        var failure = AWSError(
            service: "sts", operation: operation, code: "ConnectionFailed", isRetryable: true)
        for _ in 0..<min(2, client.environment.retries.maximumAttempts) {
            do {
                let response = try await client.environment.transport.send(
                    request, timeout: Self.timeout)
                guard response.status >= 300 else { return response }
                let body = try await response.bytes(upTo: Self.limit)
                let answer = try? XMLDecoder().decode(ErrorResponse.self, from: Data(body))
                let code = answer?.Error.Code ?? "HTTP\(response.status)"
                failure = AWSError(
                    service: "sts", operation: operation, code: code, status: response.status,
                    requestID: answer?.RequestId ?? response.headers["x-amzn-requestid"],
                    isRetryable: response.status >= 500 || Self.transientCodes.contains(code)
                )
            } catch {
                try Task.checkCancellation()
            }
            guard failure.isRetryable else { break }
        }
        throw failure
    }

    private func decoded<Answer: Decodable>(
        _ answer: Answer.Type, from response: HTTPResponse, _ operation: String
    ) async throws -> Answer {
        let body = try await response.bytes(upTo: Self.limit)
        guard let answer = try? XMLDecoder().decode(answer, from: Data(body)) else {
            throw unreadable(operation, response.status)
        }
        return answer
    }

    private func credentials(
        _ fields: SessionCredentials, _ operation: String
    ) throws -> AWSCredentials {
        guard let expiration = ServiceTime.date(ofTimestamp: fields.Expiration) else {
            throw unreadable(operation, 200)
        }
        return AWSCredentials(
            accessKeyID: fields.AccessKeyId, secretAccessKey: fields.SecretAccessKey,
            sessionToken: fields.SessionToken, expiration: expiration
        )
    }

    private func unreadable(_ operation: String, _ status: Int) -> AWSError {
        AWSError(
            service: "sts", operation: operation, code: "UnreadableResponse", status: status)
    }
}

private struct ErrorResponse: Decodable {
    struct Fault: Decodable {
        var Code: String
    }
    var Error: Fault
    var RequestId: String?
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
