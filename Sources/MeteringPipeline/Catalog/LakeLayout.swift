internal import BedrockMetering
internal import MeteringLake

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
        format = Lake.format(of: partitions)
        guard partitions.allSatisfy({ $0.files.map(\.format) == [format] }) else {
            throw PipelineError(
                code: .damagedLake, location: "\(lake.root)",
                reason: "holds day files of both formats, which no table reads; complete the "
                    + "conversion with \(lake.command("convert", "--to", format?.rawValue ?? "parquet")), "
                    + "once damaged days are rebuilt"
            )
        }
    }
}
