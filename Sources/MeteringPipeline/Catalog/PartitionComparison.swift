internal import AWSServices
internal import BedrockMetering

/// Compares the registered partitions of a table with those that it should have.
struct PartitionComparison {
    private(set) var new: [GluePartition] = []
    private(set) var changed: [GluePartition] = []
    /// Of partitions whose files readers would not see any more.
    private(set) var differences: [TableDifference] = []

    /// Nothing to compare.
    init() {}

    /// Compares with the partitions of `days`; those of other days stay as they are.
    init(
        of present: [GluePartition], with days: [UsageDay], by definition: TableDefinition
    ) {
        let byValues = Dictionary(
            present.map { ($0.values, $0) }, uniquingKeysWith: { first, _ in first })
        var moved: [GluePartition] = []
        for day in days {
            var wanted = GluePartition(of: day, definition)
            guard let known = byValues[wanted.values] else {
                new.append(wanted)
                continue
            }
            if known.reads(like: wanted) { continue }
            if known.location != wanted.location { moved.append(known) }
            wanted.parameters = known.parameters
            changed.append(wanted)
        }
        tell(of: moved, by: definition)
    }

    /// Compares with partitions that are computed, which hide those that are registered.
    init(hiding present: [GluePartition], by definition: TableDefinition) {
        tell(
            of: present.filter { $0.location != Self.place(of: $0, by: definition) }, by: definition
        )
    }

    /// Where the definition has the files of a partition; nil where it knows no such day.
    private static func place(
        of partition: GluePartition, by definition: TableDefinition
    ) -> String? {
        partition.day.map { definition.location(of: $0) }
    }

    private mutating func tell(of moved: [GluePartition], by definition: TableDefinition) {
        guard let first = moved.first else { return }
        let name = "location of partition \(first.values.joined(separator: "/"))"
        differences.append(
            TableDifference(
                name: moved.count == 1 ? name : "\(name) and \(moved.count - 1) more",
                present: first.location, wanted: Self.place(of: first, by: definition),
                isCompatible: false))
    }
}
