internal import Foundation

/// Temporary credentials; see the AWS Security Token Service API reference.
package struct STSClient: Sendable {
    private let client: AWSClient

    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "sts")
    }

    /// Credentials of a role, in exchange for those of the environment.
    package func assumeRole(_ role: STSRole) async throws -> AWSCredentials {
        try await call(.assumeRole, Self.parameters(of: role))
    }

    /// Credentials of a role, in exchange for the token of a web identity; the environment needs none.
    package func assumeRoleWithWebIdentity(
        _ role: STSRole, token: String
    ) async throws -> AWSCredentials {
        var parameters = Self.parameters(of: role)
        parameters["WebIdentityToken"] = token
        return try await call(.assumeRoleWithWebIdentity, parameters)
    }

    private static func parameters(of role: STSRole) -> [String: String] {
        var parameters = ["RoleArn": role.arn, "RoleSessionName": role.sessionName]
        parameters["ExternalId"] = role.externalID
        parameters["DurationSeconds"] = role.duration.map { String($0) }
        return parameters
    }

    private struct Operation {
        let name: StaticString
        /// The elements of the answer.
        let response: StaticString
        let result: StaticString

        static let assumeRole = Operation(
            name: "AssumeRole", response: "AssumeRoleResponse", result: "AssumeRoleResult")
        static let assumeRoleWithWebIdentity = Operation(
            name: "AssumeRoleWithWebIdentity", response: "AssumeRoleWithWebIdentityResponse",
            result: "AssumeRoleWithWebIdentityResult")
    }

    /// Calls an operation of the protocol awsQuery that answers with credentials.
    private func call(
        _ operation: Operation, _ parameters: [String: String]
    ) async throws -> AWSCredentials {
        let name = "\(operation.name)"
        let fields = parameters.merging(["Action": name, "Version": "2011-06-15"]) { $1 }
        let form = fields.sorted { $0.key < $1.key }
            .map { "\(URIEncoding.encoded($0.key))=\(URIEncoding.encoded($0.value))" }
        let request = HTTPRequest(
            "POST", client.endpoint,
            headers: ["content-type": "application/x-www-form-urlencoded; charset=utf-8"],
            payload: .bytes(Array(form.joined(separator: "&").utf8))
        )
        let reply = try await client.receive(
            request, name, timeout: .seconds(10), callTimeout: .seconds(60),
            limit: Self.maximumAnswer)
        do throws(XMLFault) {
            return try Self.credentials(of: operation, in: reply.bytes)
        } catch {
            throw reply.exchange.error(
                "UnreadableResponse", "the response is not the XML that it should be: \(error)")
        }
    }

    /// A few KiB, with the longest tokens.
    private static let maximumAnswer = 128 << 10

    private static func credentials(
        of operation: Operation, in answer: [UInt8]
    ) throws(XMLFault) -> AWSCredentials {
        var reader = XMLReader(answer)
        try reader.root(operation.response)
        try reader.child(operation.result)
        try reader.child("Credentials")
        var (id, secret, token, time): (String?, String?, String?, String?)
        while let name = try reader.child() {
            switch name {
            case "AccessKeyId": try reader.set(&id, try reader.text())
            case "SecretAccessKey": try reader.set(&secret, try reader.text())
            case "SessionToken": try reader.set(&token, try reader.text())
            case "Expiration": try reader.set(&time, try reader.text())
            default: try reader.skip()
            }
        }
        let text = try reader.required(time, "Expiration")
        guard let expiration = ServiceTime.date(ofTimestamp: text) else {
            throw reader.fault("an Expiration that is no time")
        }
        let credentials = AWSCredentials(
            accessKeyID: try reader.required(id, "AccessKeyId"),
            secretAccessKey: try reader.required(secret, "SecretAccessKey"),
            sessionToken: try reader.required(token, "SessionToken"), expiration: expiration
        )
        try reader.finish()
        return credentials
    }
}
