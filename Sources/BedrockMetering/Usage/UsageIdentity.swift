/// What tells calls apart.
package enum UsageIdentity: String, Sendable, Hashable, CaseIterable {
    /// The request id of a tenant within a UTC day; without one, the whole record.
    case request
    /// The whole record even where there is a request id, as for producers whose ids are not one to a
    /// call.
    case record
}
