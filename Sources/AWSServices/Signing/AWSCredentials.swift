package import Foundation

/// What requests are signed with.
package struct AWSCredentials: Sendable, Hashable {
    package var accessKeyID: String
    package var secretAccessKey: String
    /// Of temporary credentials.
    package var sessionToken: String?
    /// When temporary credentials cease to be accepted; nil where that is not known or never.
    package var expiration: Date?

    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil,
        expiration: Date? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}

extension AWSCredentials: Concealed {}
