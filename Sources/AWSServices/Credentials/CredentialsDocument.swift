internal import Foundation

/// Credentials as JSON, as processes, containers and instances give them.
struct CredentialsDocument: Concealed {
    /// What a process says of its own format.
    let version: Int?
    let credentials: AWSCredentials

    /// Why bytes are no such document; shows nothing of them.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    private struct Fields: Decodable {
        var Version: Int?
        var AccessKeyId: String?
        var SecretAccessKey: String?
        var SessionToken: String?
        var Token: String?
        var Expiration: String?
    }

    init(_ bytes: [UInt8]) throws(Unreadable) {
        guard let fields = ServiceJSON.value(Fields.self, of: bytes) else {
            throw Unreadable(description: "what came is no JSON of credentials")
        }
        guard let id = fields.AccessKeyId, !id.isEmpty,
            let secret = fields.SecretAccessKey, !secret.isEmpty
        else {
            throw Unreadable(description: "what came has no AccessKeyId or no SecretAccessKey")
        }
        var expiration: Date?
        if let text = fields.Expiration, !text.isEmpty {
            guard let date = ServiceTime.date(ofTimestamp: text) else {
                throw Unreadable(description: "what came has an Expiration that is no time")
            }
            expiration = date
        }
        version = fields.Version
        credentials = AWSCredentials(
            accessKeyID: id, secretAccessKey: secret,
            sessionToken: [fields.SessionToken, fields.Token].compactMap { $0 }
                .first { !$0.isEmpty },
            expiration: expiration
        )
    }
}
