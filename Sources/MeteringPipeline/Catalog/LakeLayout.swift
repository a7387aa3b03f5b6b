internal import BedrockMetering

/// Which days a lake has, and what their files are.
struct LakeLayout {
    /// Those that have a file.
    let days: [UsageDay]
    /// Nil where there are none.
    let format: LakeFormat?

    /// - Throws: ``PipelineError`` with `notFound` where there is no lake, with `damagedLake` where it
    ///   holds files of both formats.
    init(of root: String, stores: Stores) async throws {
        let lake = Lake(at: try ObjectLocation(root), stores: stores)
        try await lake.checkExistence()
        let partitions = try await lake.partitions().filter { !$0.files.isEmpty }
        days = partitions.map(\.day)
        format = try lake.format(of: partitions)
    }
}
