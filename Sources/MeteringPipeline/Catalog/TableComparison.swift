internal import AWSServices
internal import BedrockMetering

/// Compares a table of the catalog with the one that it should be, and makes one of both: ours where
/// they differ, and all that ours says nothing of.
struct TableComparison {
    private(set) var differences: [TableDifference] = []
    /// What to write. UpdateTable replaces everything, so it holds what others have put there.
    private(set) var merged: GlueTable

    init(of present: GlueTable, with wanted: GlueTable) {
        merged = present
        mergeKind(of: wanted.input)
        mergePartitionKeys(of: wanted.input)
        var storage = present.input["StorageDescriptor"] ?? .object([:])
        mergeColumns(wanted.input["StorageDescriptor"], into: &storage)
        mergeFiles(wanted.input["StorageDescriptor"], into: &storage)
        merged.input["StorageDescriptor"] = storage
        mergeProperties(of: wanted.input)
    }

    var incompatible: [TableDifference] { differences.filter { !$0.isCompatible } }

    /// Those for which files that are written for the wanted table cannot be read by the present one.
    var ofReading: [TableDifference] { differences.filter(\.isOfReading) }

    private mutating func mergeKind(of wanted: JSONValue) {
        let present = merged.input["TableType"]?.string
        if present != wanted["TableType"]?.string {
            differences.append(
                TableDifference(
                    name: "table type", present: present, wanted: wanted["TableType"]?.string,
                    isCompatible: present == nil, isOfReading: present != nil))
            merged.input["TableType"] = wanted["TableType"]
        }
        // Of an open table format, whose own metadata say where its files are.
        if let format = merged.input["Parameters"]?["table_type"]?.string {
            differences.append(
                TableDifference(
                    name: "property table_type", present: format, wanted: nil, isCompatible: false,
                    isOfReading: true))
            merged.input["Parameters"]?["table_type"] = nil
        }
        if merged.input["Description"] == nil {
            merged.input["Description"] = wanted["Description"]
        }
    }

    private mutating func mergePartitionKeys(of wanted: JSONValue) {
        let (present, new) = (merged.input["PartitionKeys"], wanted["PartitionKeys"])
        func text(_ keys: JSONValue?) -> String? {
            guard let keys = keys?.array, !keys.isEmpty else { return nil }
            return keys.map { "\(Self.name(of: $0)) \(Self.type(of: $0))" }.joined(separator: ", ")
        }
        guard text(present) != text(new) else { return }
        differences.append(
            TableDifference(
                name: "partition keys", present: text(present), wanted: text(new),
                isCompatible: false, isOfReading: true))
        merged.input["PartitionKeys"] = new
    }

    private static func name(of column: JSONValue) -> String { column["Name"]?.string ?? "" }

    private static func type(of column: JSONValue) -> String {
        (column["Type"]?.string ?? "").lowercased()
    }

    /// Types whose values all fit the other type.
    private static let widenings: [String: Set<String>] = [
        "bigint": ["tinyint", "smallint", "int", "integer"], "string": ["varchar", "char"],
    ]

    private static func isWider(_ new: String, than old: String) -> Bool {
        let base = String(old.prefix { $0 != "(" })
        return widenings[new]?.contains(base) ?? false
    }

    /// Our columns in our order, then those of others. Both formats find columns by name.
    private mutating func mergeColumns(_ wanted: JSONValue?, into storage: inout JSONValue) {
        let present = storage["Columns"]?.array ?? []
        let byName = Dictionary(
            present.map { (Self.name(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
        var columns: [JSONValue] = []
        for column in wanted?["Columns"]?.array ?? [] {
            let name = Self.name(of: column)
            guard var old = byName[name] else {
                differences.append(
                    TableDifference(
                        name: "column \(name)", present: nil, wanted: Self.type(of: column),
                        isOfReading: true))
                columns.append(column)
                continue
            }
            if Self.type(of: old) != Self.type(of: column) {
                differences.append(
                    TableDifference(
                        name: "column \(name)", present: Self.type(of: old),
                        wanted: Self.type(of: column),
                        isCompatible: Self.isWider(
                            Self.type(of: column), than: Self.type(of: old)),
                        isOfReading: true))
                old["Type"] = column["Type"]
            }
            if old["Comment"] != column["Comment"] {
                differences.append(
                    TableDifference(
                        name: "comment on \(name)", present: old["Comment"]?.string,
                        wanted: column["Comment"]?.string))
                old["Comment"] = column["Comment"]
            }
            columns.append(old)
        }
        let own = Set(columns.map(Self.name))
        columns += present.filter { !own.contains(Self.name(of: $0)) }
        let names = columns.map(Self.name)
        let oldNames = present.map(Self.name)
        if Set(names) == Set(oldNames), names != oldNames {
            differences.append(
                TableDifference(
                    name: "order of columns", present: oldNames.joined(separator: ", "),
                    wanted: names.joined(separator: ", ")))
        }
        storage["Columns"] = .array(columns)
    }

    private mutating func mergeFiles(_ wanted: JSONValue?, into storage: inout JSONValue) {
        let location = wanted?["Location"]?.string ?? ""
        let present = storage["Location"]?.string
        if present.map(GluePartition.withSlash) != location {
            differences.append(
                TableDifference(
                    name: "location", present: present, wanted: location, isCompatible: false,
                    isOfReading: true))
            storage["Location"] = .string(location)
        }
        replace("InputFormat", "input format", in: &storage, by: wanted, isOfReading: true)
        replace("OutputFormat", "output format", in: &storage, by: wanted, isOfReading: false)
        var serde = storage["SerdeInfo"] ?? .object([:])
        let isOther =
            serde["SerializationLibrary"] != wanted?["SerdeInfo"]?["SerializationLibrary"]
        // Parameters of another SerDe mean nothing to ours.
        if isOther { serde["Parameters"] = nil }
        replace(
            "SerializationLibrary", "SerDe", in: &serde, by: wanted?["SerdeInfo"],
            isOfReading: true)
        var parameters = serde["Parameters"] ?? .object([:])
        let wantedParameters = wanted?["SerdeInfo"]?["Parameters"]?.strings ?? [:]
        for (name, value) in wantedParameters.sorted(by: { $0.key < $1.key }) {
            merge("SerDe property \(name)", name, value, into: &parameters)
        }
        serde["Parameters"] = parameters
        storage["SerdeInfo"] = serde
        if isOther { storage["Compressed"] = wanted?["Compressed"] }
    }

    private mutating func replace(
        _ member: String, _ name: String, in object: inout JSONValue, by wanted: JSONValue?,
        isOfReading: Bool
    ) {
        guard object[member] != wanted?[member] else { return }
        differences.append(
            TableDifference(
                name: name, present: object[member]?.string, wanted: wanted?[member]?.string,
                isOfReading: isOfReading))
        object[member] = wanted?[member]
    }

    private mutating func merge(
        _ title: String, _ name: String, _ value: String?, into parameters: inout JSONValue
    ) {
        let present = parameters[name]?.string
        guard present != value else { return }
        differences.append(TableDifference(name: title, present: present, wanted: value))
        parameters[name] = value.map { .string($0) }
    }

    private mutating func mergeProperties(of wanted: JSONValue) {
        var parameters = merged.input["Parameters"] ?? .object([:])
        let own = wanted["Parameters"]?.strings ?? [:]
        for name in GlueTable.ownProperties.union(own.keys).sorted() {
            merge("property \(name)", name, own[name], into: &parameters)
        }
        merged.input["Parameters"] = parameters
    }
}
