/// The name of a table in the catalog.
public struct TableName: Sendable, Hashable {
    public var database: String
    public var table: String

    public init(database: String, table: String) {
        self.database = database
        self.table = table
    }

    /// `bedrock_metering_db.token_usage_logs`, the name that the public sample's queries use.
    public static let standard = TableName(
        database: "bedrock_metering_db", table: "token_usage_logs"
    )

    var quoted: String {
        "\(SQLText.identifier(database)).\(SQLText.identifier(table))"
    }

    /// The name in a table definition.
    var definitionQuoted: String {
        "\(SQLText.definitionIdentifier(database)).\(SQLText.definitionIdentifier(table))"
    }
}
