/// The columns of a file that is read: those that can be, and why the others cannot.
struct FileSchema {
    struct Column {
        var column: ParquetColumn
        /// Its place among the columns of a row group.
        var leaf: Int
    }

    private(set) var columns: [Column] = []
    /// By name, in the order of the file.
    private(set) var unsupported: [(name: String, error: ParquetError)] = []
    private(set) var leaves = 0

    /// Reads the tree that the elements give in depth-first order (`README.md` of the format,
    /// section "Metadata"; `parquet.thrift`, `SchemaElement`).
    ///
    /// - Throws: ``ParquetError/damaged(_:)`` where they are no tree; ``ParquetError/unsupported(_:)``
    ///   where two columns have one name.
    init(_ elements: [SchemaElement]) throws(ParquetError) {
        guard let root = elements.first else { throw .damaged("there is no schema") }
        var names: Set<String> = []
        var index = 1
        for _ in 0..<(min(root.children, elements.count)) {
            guard index < elements.count else { throw .damaged("the schema is cut off") }
            let element = elements[index]
            index += 1
            guard names.insert(element.name).inserted else {
                throw .unsupported("two columns of one name, \"\(element.name)\"")
            }
            guard element.type != nil else {
                unsupported.append(
                    (element.name, .unsupported("nested columns, as \"\(element.name)\" is"))
                )
                try skip(element.children, of: elements, from: &index)
                continue
            }
            do {
                columns.append(Column(column: try Self.column(element), leaf: leaves))
            } catch {
                unsupported.append((element.name, error))
            }
            leaves += 1
        }
        guard index == elements.count else { throw .damaged("the schema is no tree") }
    }

    private mutating func skip(
        _ children: Int,
        of elements: [SchemaElement],
        from index: inout Int
    ) throws(ParquetError) {
        var missing = children
        while missing > 0 {
            guard missing <= elements.count, index < elements.count else {
                throw .damaged("the schema is cut off")
            }
            let element = elements[index]
            index += 1
            missing -= 1
            if element.type != nil {
                leaves += 1
            } else {
                guard element.children <= elements.count else {
                    throw .damaged("the schema is cut off")
                }
                missing += element.children
            }
        }
    }

    private static func column(_ element: SchemaElement) throws(ParquetError) -> ParquetColumn {
        guard let repetition = element.repetition, (0...2).contains(repetition) else {
            throw .damaged("a column is neither required nor optional")
        }
        guard repetition < 2 else {
            throw .unsupported("repeated columns, as \"\(element.name)\" is")
        }
        guard let physical = element.type.flatMap({ PhysicalType(rawValue: $0) }) else {
            throw .damaged("a column has no known type")
        }
        return ParquetColumn(
            element.name, try type(physical, element), isOptional: repetition == 1)
    }

    private static func type(
        _ physical: PhysicalType,
        _ element: SchemaElement
    ) throws(ParquetError) -> ParquetType {
        let logical = element.logicalType ?? element.convertedType.map(Self.logicalType)
        switch (physical, logical) {
        case (.boolean, nil): return .boolean
        case (.int32, nil), (.int32, .integer(isSigned: true)): return .int32
        case (.int64, nil), (.int64, .integer(isSigned: true)): return .int64
        case (.double, nil): return .double
        case (.byteArray, nil): return .bytes
        case (.byteArray, .string): return .string
        case (.int32, .date): return .date
        case (.int96, nil): return .int96Time
        case (.int64, .timestamp(let unit, let isAdjustedToUTC)):
            return .timestamp(unit, isAdjustedToUTC: isAdjustedToUTC)
        default:
            let annotation = logical.map { " as \($0.name)" } ?? ""
            throw .unsupported("\(physical.name)\(annotation), as \"\(element.name)\" is")
        }
    }

    /// What the older annotations mean (`LogicalTypes.md`; `parquet.thrift`, `ConvertedType`).
    private static func logicalType(_ converted: Int32) -> LogicalType {
        switch converted {
        case 0: .string
        case 6: .date
        case 9: .timestamp(unit: .milliseconds, isAdjustedToUTC: true)
        case 10: .timestamp(unit: .microseconds, isAdjustedToUTC: true)
        case 1, 2, 3: .other(2)
        case 4: .other(4)
        case 5: .other(5)
        case 7, 8: .other(7)
        case 11...14: .integer(isSigned: false)
        case 15...18: .integer(isSigned: true)
        case 19: .other(12)
        case 20: .other(13)
        default: .other(0)
        }
    }
}

extension LogicalType {
    /// As `LogicalTypes.md` names it.
    fileprivate var name: String {
        switch self {
        case .string: "STRING"
        case .date: "DATE"
        case .timestamp: "TIMESTAMP"
        case .integer(isSigned: false): "an unsigned INTEGER"
        case .integer: "INTEGER"
        case .other(let number):
            [
                2: "MAP", 3: "LIST", 4: "ENUM", 5: "DECIMAL", 7: "TIME", 11: "UNKNOWN", 12: "JSON",
                13: "BSON", 14: "UUID", 15: "FLOAT16", 16: "VARIANT", 17: "GEOMETRY",
                18: "GEOGRAPHY",
            ][number] ?? "logical type \(number)"
        }
    }
}
