package import BedrockMetering

/// A call in conflict as the lake keeps it: all its versions, also those that are no rows of a day file.
package struct StoredConflict: Sendable, Hashable {
    package private(set) var call: CallConflict
    /// Where versions were found, as far as that is known.
    package private(set) var places: [UsageRecord: CallVersion.Place]

    package init(_ call: CallConflict, places: [UsageRecord: CallVersion.Place] = [:]) {
        self.call = call
        let versions = Set(call.versions)
        self.places = places.filter { versions.contains($0.key) }
    }

    /// The largest first.
    package var versions: [CallVersion] {
        call.versions.map { CallVersion($0, at: places[$0]) }
    }

    package var key: CallKey { CallKey(call.tenant, call.request) }

    /// What both know of one call, whatever the order in which they are brought together.
    package func union(_ other: StoredConflict) -> StoredConflict {
        StoredConflict(
            call.union(other.call),
            places: places.merging(other.places) { min($0, $1) })
    }
}
