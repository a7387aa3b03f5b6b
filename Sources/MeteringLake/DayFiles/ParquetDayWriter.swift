internal import BedrockMetering
internal import Parquet

/// Writes a merged day as Parquet, a row group at a time.
struct ParquetDayWriter {
    /// How many columns are encoded at once.
    let jobs: Int

    func write(
        _ merge: inout DayMerge, reading present: inout (any DayFileReader)?, to file: StagedFile
    ) throws {
        let writer = try ParquetDay.writer(of: merge.day, threads: jobs) { try file.write($0) }
        var isComplete = false
        while !isComplete {
            isComplete = try present?.readMore(into: &merge) != true
            while let columns = merge.nextColumns(isComplete: isComplete) {
                try writer.write(UsageParquet.data(of: consume columns))
            }
        }
        try writer.finish()
    }
}
