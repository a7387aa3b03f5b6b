internal import Foundation

/// What comes before a response's body.
package struct ResponseHead: Sendable {
    package let status: Int
    /// By names in lower case; of a name that stands more than once, the values joined by commas.
    package let headers: [String: String]

    /// What the service calls the request by, for those who look into its logs.
    package var requestID: String? {
        (headers["x-amzn-requestid"] ?? headers["x-amz-request-id"]).map { ServiceText.shown($0) }
    }

    /// What the time is, by the service's clock.
    var time: Date? {
        headers["date"].flatMap { ServiceTime.date(ofHeader: $0) }
    }
}
