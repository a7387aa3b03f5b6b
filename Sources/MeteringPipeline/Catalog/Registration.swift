package import BedrockMetering
package import MeteringLake

/// What ``RegisterJob`` has done to the catalog, or would do.
package struct Registration: Sendable {
    package let table: TableName
    package let isDryRun: Bool
    package internal(set) var makesDatabase = false
    package internal(set) var makesTable = false
    /// How a table that was there differed.
    package internal(set) var differences: [TableDifference] = []
    package internal(set) var newPartitions = 0
    package internal(set) var changedPartitions = 0
    /// Why a run that is no dry run would end without a change; nil where it would not.
    package internal(set) var refusal: PipelineError?

    /// Whether the catalog was, or would be, written to.
    package var isChange: Bool {
        makesDatabase || makesTable || !differences.isEmpty
            || newPartitions + changedPartitions > 0
    }

    /// A few lines for people.
    package func text() -> String {
        let name = "\(table.database).\(table.table)"
        var lines: [String] = []
        if makesDatabase { lines.append("database \(table.database): \(verb("made"))") }
        if makesTable {
            lines.append("table \(name): \(verb("made"))")
        } else if differences.isEmpty {
            lines.append("table \(name): as it should be")
        } else {
            lines.append(
                "table \(name): \(verb("changed"))" + (refusal == nil ? "" : " only if forced"))
            lines += differences.map {
                "  \($0)" + ($0.isCompatible || !isDryRun ? "" : " (only if forced)")
            }
        }
        if newPartitions > 0 {
            lines.append(
                "\(Counted.text(newPartitions, "partition", "partitions")) \(verb("registered"))")
        }
        if changedPartitions > 0 {
            lines.append(
                "\(Counted.text(changedPartitions, "partition", "partitions")) \(verb("changed"))")
        }
        return TerminalText.lines(lines)
    }

    /// What became of the table, in a word or two.
    var outcome: String {
        makesTable ? verb("made") : isChange ? verb("changed") : "as it should be"
    }

    private func verb(_ done: String) -> String { isDryRun ? "to be \(done)" : done }

    /// One JSON object.
    package func json() -> String {
        JSONText.object([
            ("table", JSONText.quoted("\(table.database).\(table.table)")),
            ("made_database", String(makesDatabase)), ("made_table", String(makesTable)),
            ("differences", JSONText.array(differences.map { JSONText.quoted("\($0)") })),
            ("new_partitions", String(newPartitions)),
            ("changed_partitions", String(changedPartitions)),
        ])
    }
}
