package import BedrockMetering

/// A file that holds a day of a lake.
package struct DayFile: Sendable, Hashable {
    package let day: UsageDay
    package let format: LakeFormat
    package let object: StoredObject

    /// `bedrock-usage-20251207.parquet`.
    package static func name(of day: UsageDay, in format: LakeFormat) -> String {
        "bedrock-usage-\(PartitionSpec.values(of: day).joined()).\(format.fileExtension)"
    }

    /// What is wrong with a file that holds something else than its rows.
    package var damage: PipelineError {
        PipelineError(
            code: .damagedLake, location: object.name,
            reason: "holds what is no usage row of this day in order, so it was left alone"
        )
    }
}

extension DecodingLimits {
    /// What reading a day file costs at most, whatever the limits of the objects are that it was made of: a
    /// lake that one machine has written is read by all others.
    ///
    /// It is one layer of gzip, so time follows from its size, and no line that is written is longer; see
    /// ``GzipLinesWriter``.
    package static let dayFiles = DecodingLimits(
        maximumInflatedSize: .max, maximumInflationRatio: .max, maximumLineSize: 64 << 20,
        maximumNameSize: .max)
}

extension LakeFormat {
    /// How the names of its day files end.
    var fileExtension: String {
        switch self {
        case .parquet: "parquet"
        case .json: "json.gz"
        }
    }
}
