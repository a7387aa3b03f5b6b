internal import BedrockMetering

/// The partitions of a lake in S3, where folders are no more than what keys have in common.
extension Lake {
    /// From one listing of all keys that may belong to them.
    func listedPartitions(in period: UsagePeriod?) async throws(PipelineError) -> [Partition] {
        var objects: [UsageDay: [StoredObject]] = [:]
        let depth = PartitionSpec.keys.count
        for object in try await list(in: period) {
            guard let name = root.name(of: object.location) else { continue }
            let parts = name.split(
                separator: "/", maxSplits: depth, omittingEmptySubsequences: false)
            guard parts.count > depth, Self.isVisible(parts[depth].utf8),
                let day = PartitionSpec.day(ofPath: parts[..<depth].joined(separator: "/"))
            else { continue }
            objects[day, default: []].append(object)
        }
        let days = period?.days ?? objects.keys.sorted()
        return days.map { partition(of: $0, holding: objects[$0] ?? []) }
    }

    private func list(in period: UsagePeriod?) async throws(PipelineError) -> [StoredObject] {
        var prefix = "\(PartitionSpec.keys[0])="
        if let period {
            let ends = [period.first, period.last].map {
                PartitionSpec.path(of: $0).split(separator: "/")
            }
            let common = zip(ends[0], ends[1]).prefix { $0 == $1 }.map { "\($0.0)/" }
            if !common.isEmpty { prefix = common.joined() }
        }
        return try await stores.remote.objects(beginningAs: root.appending(prefix))
    }
}
