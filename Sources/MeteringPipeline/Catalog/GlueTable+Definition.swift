internal import AWSServices
internal import BedrockMetering

/// A table definition as Glue's API takes it.
extension GlueTable {
    init(_ definition: TableDefinition) {
        var properties = ["EXTERNAL": JSONValue.string("TRUE")]
        for (name, value) in definition.properties { properties[name] = .string(value) }
        self.init(
            input: .object([
                "Name": .string(definition.table.table),
                "Description": "Bedrock usage, one row a call",
                "TableType": "EXTERNAL_TABLE",
                "Retention": .integer(0),
                "Parameters": .object(properties),
                "PartitionKeys": .array(
                    PartitionSpec.keys.map {
                        .object(["Name": .string($0), "Type": "string"])
                    }),
                "StorageDescriptor": Self.storage(of: definition, at: definition.location),
            ]))
    }

    /// How and where files lie: those of the table, or of one of its partitions.
    static func storage(of definition: TableDefinition, at location: String) -> JSONValue {
        let storage = definition.storage
        return .object([
            "Columns": .array(
                UsageSchema.columns.map { column in
                    .object([
                        "Name": .string(column.name), "Type": .string(column.type.rawValue),
                        "Comment": .string(column.comment),
                    ])
                }),
            "Location": .string(location),
            "InputFormat": .string(storage.inputFormat),
            "OutputFormat": .string(storage.outputFormat),
            "Compressed": .bool(storage.isCompressed),
            "NumberOfBuckets": .integer(-1),
            "SerdeInfo": .object([
                "SerializationLibrary": .string(storage.serde),
                "Parameters": .object(
                    Dictionary(
                        uniqueKeysWithValues: storage.serdeParameters.map {
                            ($0.name, .string($0.value))
                        })),
            ]),
            "StoredAsSubDirectories": .bool(false),
        ])
    }

    /// Whether Athena computes the partitions, in place of looking up registered ones.
    var projectsPartitions: Bool {
        input["Parameters"]?["projection.enabled"]?.string?.lowercased() == "true"
    }

    /// What the files are by the SerDe that reads them; nil where it is none of ours.
    var format: LakeFormat? {
        let serde = input["StorageDescriptor"]?["SerdeInfo"]?["SerializationLibrary"]?.string
        return LakeFormat.allCases.first {
            TableDefinition(format: $0, location: "").storage.serde == serde
        }
    }

    /// Properties that definitions of ours have, whatever the format; one that a definition lacks has
    /// to go from a table that has it.
    static let ownProperties: Set<String> = Set(
        LakeFormat.allCases.flatMap {
            TableDefinition(format: $0, location: "").properties.map(\.name)
        })
}
