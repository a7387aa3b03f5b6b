/// A table as the Glue Data Catalog has it.
package struct GlueTable: Sendable, Hashable {
    /// What CreateTable and UpdateTable take, as JSON of the API's `TableInput`.
    package var input: JSONValue
    /// The version that it was read as; nil where the catalog keeps none.
    package var versionID: String?

    /// The members of the API's `TableInput`; all others that GetTable answers with are read-only, and
    /// UpdateTable refuses them.
    private static let inputMembers: Set<String> = [
        "Name", "Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention",
        "StorageDescriptor", "PartitionKeys", "ViewOriginalText", "ViewExpandedText", "TableType",
        "Parameters", "TargetTable",
    ]

    package init(input: JSONValue, versionID: String? = nil) {
        self.input = input
        self.versionID = versionID
    }

    /// Takes what GetTable answers.
    init(answer: JSONValue) {
        var members: [String: JSONValue] = [:]
        for name in Self.inputMembers { members[name] = answer[name] }
        input = .object(members)
        versionID = answer["VersionId"]?.string
    }
}
