package import BedrockMetering

extension DayCopy {
    /// The sums of the file's rows.
    ///
    /// - Throws: ``PipelineError`` or ``ExportDecodingError`` where it cannot be read or is no file of its
    ///   day.
    package func sums() throws -> [TenantModel: UsageTotals] {
        var merge = UsageMerger().snapshot().merge([], into: file.day)
        var rows = try reader()
        var isComplete = false
        while !isComplete {
            isComplete = try !rows.readMore(into: &merge)
            while merge.passOver(isComplete: isComplete) {}
        }
        guard merge.outcome.presentIsInOrder else { throw file.damage }
        return merge.sumsByName()
    }
}
