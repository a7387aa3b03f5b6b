/// What makes usage lines the same call: tenant, request id and UTC day; without a request id, the whole record.
///
/// Records with one id are versions of one call, of which ``UsageRecord/prevails(over:)`` says which one stays. A
/// placeholder in the place of a request id, such as `None`, is none.
public struct CallID: Sendable, Hashable, Codable {
    /// The UTC day of the call's time.
    public let day: UsageDay
    public let tenant: TenantID
    /// Nil if the record has none that tells calls apart.
    public let request: RequestID?
    /// The record itself, if it has no request id.
    private let record: UsageRecord?

    /// The call that a record stands for.
    public init(_ record: UsageRecord) {
        day = record.time.day
        tenant = record.tenant
        if let request = record.request, !PlaceholderID.matches(request.rawValue) {
            self.request = request
            self.record = nil
        } else {
            request = nil
            var record = record
            record.request = nil
            self.record = record
        }
    }

    init(day: UsageDay, tenant: TenantID, request: RequestID) {
        self.day = day
        self.tenant = tenant
        self.request = request
        record = nil
    }
}
