/// Names and values as they may stand in a statement for Athena.
///
/// Queries quote names in double quotes and table definitions in backticks; mixing them is an error.
enum SQLText {
    /// A name in a query.
    static func identifier(_ name: String) -> String {
        "\"" + name.doubling("\"") + "\""
    }

    /// A name in a table definition.
    static func definitionIdentifier(_ name: String) -> String {
        "`" + name.doubling("`") + "`"
    }

    /// A string in a query. A quote is doubled; nothing else is special in Trino.
    static func literal(_ text: String) -> String {
        "'" + text.doubling("'") + "'"
    }

    /// A string in a table definition, where a backslash escapes.
    static func definitionLiteral(_ text: String) -> String {
        var literal = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "'" || scalar == "\\" { literal.append("\\") }
            literal.append(scalar)
        }
        return "'\(String(literal))'"
    }

    static func date(_ day: UsageDay) -> String { "DATE '\(day)'" }
}
