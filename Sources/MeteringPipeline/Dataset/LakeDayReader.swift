internal import BedrockMetering

/// Reads one day of a lake for a report.
struct LakeDayReader {
    let day: UsageDay
    let limits: DecodingLimits

    /// Adds up the rows of the day's file and the records at `references`, each call once.
    ///
    /// - Throws: ``PipelineError`` or ``DecodingError``; `days` has to be rolled back then.
    func read(
        _ file: DayFile?, with references: [UsageMerger.Reference],
        of snapshot: UsageMerger.Snapshot, into days: inout DayFileAggregator
    ) throws {
        days.begin(day)
        guard references.isEmpty else {
            return try merge(file, with: references, of: snapshot, into: &days)
        }
        guard let file else { return }
        switch file.format {
        case .json:
            let counts = try LocalStore().decode(file.object, limits: limits, into: &days)
            guard days.keep(counts) else { throw file.damage }
        case .parquet:
            let rows = try ParquetDay(file)
            let fields = days.fields
            for rowGroup in 0..<rows.rowGroups {
                try add(try rows.columns(fields, ofRowGroup: rowGroup), of: file, to: &days)
            }
            days.keep()
        }
    }

    private func merge(
        _ file: DayFile?, with references: [UsageMerger.Reference],
        of snapshot: UsageMerger.Snapshot, into days: inout DayFileAggregator
    ) throws {
        var merge = snapshot.merge(references, into: day)
        var present = try file?.reader(limits: limits)
        var isComplete = false
        while !isComplete {
            isComplete = try present?.readMore(into: &merge) != true
            while let columns = merge.nextColumns(isComplete: isComplete) {
                try add(columns, of: file, to: &days)
            }
        }
        if let file, !merge.outcome.presentIsInOrder { throw file.damage }
        days.keep()
    }

    private func add(
        _ columns: UsageColumns, of file: DayFile?, to days: inout DayFileAggregator
    ) throws(PipelineError) {
        if !days.consume(columns), let file { throw file.damage }
    }
}
