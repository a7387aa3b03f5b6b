package import BedrockMetering

/// Finds out where versions of calls were logged, by reading again those of a run's objects that hold
/// usage of the day: rows carry no place on their way to a day file.
package struct VersionFinder: Sendable {
    package let lake: Lake
    package let limits: DecodingLimits
    /// The objects of the run, by the days that they hold usage of.
    package let objects: [UsageDay: [StoredObject]]

    package init(lake: Lake, limits: DecodingLimits, objects: [UsageDay: [StoredObject]]) {
        self.lake = lake
        self.limits = limits
        self.objects = objects
    }

    /// The first place of each version that is found, in the order of objects' names.
    func places(
        of calls: [CallConflict], on day: UsageDay
    ) async -> [UsageRecord: CallVersion.Place] {
        let wanted = Set(calls.flatMap(\.versions))
        let (lake, limits) = (lake, limits)
        let found = await Ahead.map(objects[day] ?? []) { object in
            var sink = VersionSink(looking: wanted)
            // What cannot be read again is not known, and nothing else is lost by that.
            _ = try? await lake.stores.decode(object, limits: limits, into: &sink)
            return (lake.location(of: object), sink.lines)
        }
        var places: [UsageRecord: CallVersion.Place] = [:]
        for (object, lines) in found {
            for (version, line) in lines {
                let place = CallVersion.Place(object: object, line: line)
                places[version] = min(places[version] ?? place, place)
            }
        }
        return places
    }
}
