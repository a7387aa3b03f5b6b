internal import AWSServices
internal import BedrockMetering

/// A registered day as a table definition has it.
extension GluePartition {
    init(of day: UsageDay, _ definition: TableDefinition) {
        self.init(
            values: PartitionSpec.values(of: day),
            storage: GlueTable.storage(of: definition, at: definition.location(of: day)))
    }

    /// The day; nil where the values are none that the table covers.
    var day: UsageDay? {
        UsageDay(values.joined(separator: "-")).flatMap { day in
            PartitionSpec.values(of: day) == values ? day : nil
        }
    }

    /// Where the files lie, as it is compared.
    var location: String? { storage["Location"]?.string.map(Self.withSlash) }

    /// A location as it is compared: consoles leave the slash out.
    static func withSlash(_ location: String) -> String {
        location.hasSuffix("/") ? location : location + "/"
    }

    /// How a file is read, wherever it lies.
    var reading: [String?] {
        [
            storage["InputFormat"]?.string,
            storage["SerdeInfo"]?["SerializationLibrary"]?.string,
        ]
    }

    /// Whether queries would read the same files in the same way as by `other`.
    func reads(like other: GluePartition) -> Bool {
        func columns(_ storage: JSONValue) -> [String] {
            (storage["Columns"]?.array ?? []).map {
                "\($0["Name"]?.string ?? "") \($0["Type"]?.string ?? "")"
            }
        }
        return location == other.location && reading == other.reading
            && columns(storage) == columns(other.storage)
    }
}
