/// The Glue Data Catalog; see the AWS Glue web API reference.
package struct GlueClient: Sendable {
    let client: AWSClient

    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "glue")
    }

    private struct Nothing: Decodable {}

    /// What an operation is called in requests.
    static func target(_ operation: String) -> String { "AWSGlue.\(operation)" }

    private func call<Output: Decodable>(
        _ operation: String, _ input: some Encodable, as output: Output.Type
    ) async throws -> Output {
        try await client.call(Self.target(operation), input, as: output)
    }

    private struct DatabaseName: Encodable {
        var Name: String
    }

    /// Whether there is such a database.
    package func hasDatabase(_ name: String) async throws -> Bool {
        do {
            _ = try await call("GetDatabase", DatabaseName(Name: name), as: Nothing.self)
            return true
        } catch let error as AWSError where error.isNotFound {
            return false
        }
    }

    /// Makes a database; one that is there is no error.
    package func createDatabase(_ name: String, description: String) async throws {
        struct Input: Encodable {
            struct Database: Encodable {
                var Name: String
                var Description: String
            }
            var DatabaseInput: Database
        }
        let input = Input(DatabaseInput: .init(Name: name, Description: description))
        do {
            _ = try await call("CreateDatabase", input, as: Nothing.self)
        } catch let error as AWSError where error.code == GlueError.alreadyExists {
            return
        }
    }

    private struct TableName: Encodable {
        var DatabaseName: String
        var Name: String
    }

    /// The table; nil where there is none.
    package func table(_ name: String, in database: String) async throws -> GlueTable? {
        struct Output: Decodable {
            var Table: JSONValue
        }
        do {
            let input = TableName(DatabaseName: database, Name: name)
            let output = try await client.call(
                Self.target("GetTable"), input, as: Output.self, limit: AWSClient.pageAnswer)
            return GlueTable(answer: output.Table)
        } catch let error as AWSError where error.isNotFound {
            return nil
        }
    }

    private struct TableChange: Encodable {
        var DatabaseName: String
        var TableInput: JSONValue
        var VersionId: String?
    }

    /// Makes a table.
    ///
    /// - Throws: ``AWSError`` with ``GlueError/alreadyExists`` where there is one of the name.
    package func createTable(_ table: GlueTable, in database: String) async throws {
        let input = TableChange(DatabaseName: database, TableInput: table.input)
        _ = try await call("CreateTable", input, as: Nothing.self)
    }

    /// Puts `table` in the place of the one of its name; the catalog keeps that as a version.
    ///
    /// - Throws: ``AWSError`` with ``GlueError/concurrentModification`` where the table is not the
    ///   version any more that it was read as.
    package func updateTable(_ table: GlueTable, in database: String) async throws {
        let input = TableChange(
            DatabaseName: database, TableInput: table.input, VersionId: table.versionID)
        _ = try await call("UpdateTable", input, as: Nothing.self)
    }
}

/// Codes of errors that a caller can act on.
package enum GlueError {
    package static let alreadyExists = "AlreadyExistsException"
    package static let concurrentModification = "ConcurrentModificationException"
}
