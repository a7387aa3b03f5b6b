#if Commands
    import ArgumentParser
    package import BedrockMetering

    /// Which table of the catalog.
    package struct TableOptions: ParsableArguments {
        @Option(help: ArgumentHelp("The database in the catalog.", valueName: "name"))
        var database = TableName.standard.database

        @Option(help: ArgumentHelp("The table in the catalog.", valueName: "name"))
        var table = TableName.standard.table

        package init() {}

        package var name: TableName { TableName(database: database, table: table) }
    }
#endif
