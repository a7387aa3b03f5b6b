/// A name that is none of a time zone.
public struct UsageZoneError: Error, Sendable, Hashable, CustomStringConvertible {
    public let identifier: String

    public var description: String {
        "not a time zone's name from the IANA database, such as Asia/Seoul or UTC"
    }
}
