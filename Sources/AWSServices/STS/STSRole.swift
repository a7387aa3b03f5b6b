/// A role to be assumed, and how.
package struct STSRole: Sendable, Hashable {
    package var arn: String
    /// What the session is called in the account's logs.
    package var sessionName: String
    /// What the role's owner demands of third parties.
    package var externalID: String?
    /// How many seconds the credentials shall be valid; nil for STS's default, an hour.
    package var duration: Int?

    package init(
        arn: String, sessionName: String, externalID: String? = nil, duration: Int? = nil
    ) {
        self.arn = arn
        self.sessionName = sessionName
        self.externalID = externalID
        self.duration = duration
    }
}
