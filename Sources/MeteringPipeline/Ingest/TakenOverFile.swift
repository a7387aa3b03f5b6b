internal import BedrockMetering
internal import MeteringLake

/// A file of another writer whose rows were merged into day files, and that was moved out of its day's
/// folder.
public struct TakenOverFile: Sendable, Hashable {
    /// Where it was, as paths in the lake are.
    public let file: String
    /// Where it is now.
    public let movedTo: String
    public let rows: Int
    /// Rows of other UTC days than that of its folder, which are in the files of their own days.
    public let rowsOfOtherDays: Int

    func json() -> String {
        JSONText.object([
            ("file", JSONText.quoted(file)), ("moved_to", JSONText.quoted(movedTo)),
            ("rows", String(rows)), ("rows_of_other_days", String(rowsOfOtherDays)),
        ])
    }
}

extension IngestSummary {
    /// What is said of files that were taken over.
    var takenOverLines: [String] {
        guard !takenOver.isEmpty else { return [] }
        let elsewhere = takenOver.reduce(0) { $0 + $1.rowsOfOtherDays }
        let lines = [
            Counted.text(
                takenOver.count, "file of another writer was", "files of other writers were")
                + " merged and moved to \(Lake.replacedName)"
        ]
        return elsewhere == 0
            ? lines
            : lines + [
                Counted.text(
                    elsewhere,
                    "of their rows lies on another UTC day than its folder, and was merged into its day",
                    "of their rows lie on other UTC days than their folders, and were merged into "
                        + "their days")
            ]
    }
}

extension IngestJob {
    /// Moves a file of a partition away, all rows of which are in day files now.
    ///
    /// - Parameter unwritten: days that could not be written; a file with rows of these stays.
    /// - Returns: nil where it stays.
    func takeOver(
        _ read: SourceReader.ReadObject, in lake: Lake, without unwritten: Set<UsageDay>
    ) async throws(PipelineError) -> (file: TakenOverFile, moved: StoredObject)? {
        // One that is empty may be one that is just being written.
        guard case .read(let contents) = read.result, contents.counts.events > 0,
            unwritten.isDisjoint(with: contents.usageByDay.keys)
        else { return nil }
        // What was added since it was read is in no day file; the next run reads it.
        let present = try await lake.stores[lake.root].version(of: read.object.location)
        guard present == read.version else { return nil }
        let place = lake.location(of: read.object)
        let moved = try await lake.setAside(read.object)
        guard moved != read.object else { return nil }
        let own = PartitionSpec.day(
            ofPath: place.split(separator: "/").prefix(PartitionSpec.keys.count)
                .joined(separator: "/"))
        let elsewhere = contents.usageByDay.filter { $0.key != own }.values.reduce(0, +)
        return (
            TakenOverFile(
                file: place, movedTo: lake.location(of: moved), rows: contents.counts.usage,
                rowsOfOtherDays: elsewhere),
            moved
        )
    }
}
