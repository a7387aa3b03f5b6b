extension FileMetadata {
    /// - Throws: ``ParquetError/damaged(_:)``.
    init(footer: [UInt8], in range: Range<Int>) throws(ParquetError) {
        var reader = ThriftReader(footer, in: range)
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 2:
                for _ in 0..<(try reader.list(type, of: .structure)) {
                    schema.append(try SchemaElement(from: &reader))
                }
            case 3: rows = try reader.count(type)
            case 4:
                for _ in 0..<(try reader.list(type, of: .structure)) {
                    rowGroups.append(try RowGroupMetadata(from: &reader))
                }
            case 5:
                for _ in 0..<(try reader.list(type, of: .structure)) {
                    keyValues.append(try Self.keyValue(from: &reader))
                }
            case 6: createdBy = try reader.string(type)
            case 8:
                isEncrypted = true
                try reader.skip(type)
            default: try reader.skip(type)
            }
        }
    }

    private static func keyValue(
        from reader: inout ThriftReader
    ) throws(ParquetError) -> (key: String, value: String) {
        var pair = (key: "", value: "")
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1: pair.key = try reader.string(type)
            case 2: pair.value = try reader.string(type)
            default: try reader.skip(type)
            }
        }
        return pair
    }
}

extension RowGroupMetadata {
    fileprivate init(from reader: inout ThriftReader) throws(ParquetError) {
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1:
                for _ in 0..<(try reader.list(type, of: .structure)) {
                    columns.append(try ColumnMetadata(from: &reader))
                }
            case 2: uncompressedSize = try reader.count(type)
            case 3: rows = try reader.count(type)
            case 6: compressedSize = try reader.count(type)
            default: try reader.skip(type)
            }
        }
    }
}

extension ColumnMetadata {
    fileprivate init(from reader: inout ThriftReader) throws(ParquetError) {
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1:
                isInAnotherFile = true
                try reader.skip(type)
            case 3:
                try reader.structure(type)
                try readMetadata(from: &reader)
            case 8, 9:
                isEncrypted = true
                try reader.skip(type)
            default: try reader.skip(type)
            }
        }
        // Nothing but the end of a structure would make a large column of one byte.
        guard isEncrypted || !path.isEmpty else { throw .damaged("a column chunk has no name") }
    }

    private mutating func readMetadata(from reader: inout ThriftReader) throws(ParquetError) {
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1: self.type = try reader.int32(type)
            case 3:
                for _ in 0..<(try reader.list(type, of: .binary)) {
                    path.append(try reader.string(.binary))
                }
            case 4: codec = try reader.int32(type)
            case 5: values = try reader.count(type)
            case 6: uncompressedSize = try reader.count(type)
            case 7: compressedSize = try reader.count(type)
            case 9: dataPageOffset = try reader.count(type)
            case 11: dictionaryPageOffset = try reader.count(type)
            case 12:
                try reader.structure(type)
                statistics = try ColumnStatistics(from: &reader)
            default: try reader.skip(type)
            }
        }
    }
}

extension ColumnStatistics {
    /// The deprecated fields 1 and 2 are not read: how they compare strings is not defined.
    fileprivate init(from reader: inout ThriftReader) throws(ParquetError) {
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 3: nullCount = try reader.count(type)
            case 5: maximum = try reader.binary(type)
            case 6: minimum = try reader.binary(type)
            default: try reader.skip(type)
            }
        }
    }
}

extension SchemaElement {
    fileprivate init(from reader: inout ThriftReader) throws(ParquetError) {
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1: self.type = try reader.int32(type)
            case 3: repetition = try reader.int32(type)
            case 4: name = try reader.string(type)
            case 5: children = try reader.count(type)
            case 6: convertedType = try reader.int32(type)
            case 10:
                try reader.structure(type)
                logicalType = try LogicalType(from: &reader)
            default: try reader.skip(type)
            }
        }
    }
}

extension LogicalType {
    fileprivate init(from reader: inout ThriftReader) throws(ParquetError) {
        self = .other(0)
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1, 6:
                self = field == 1 ? .string : .date
                try reader.skip(type)
            case 8:
                try reader.structure(type)
                self = try Self.timestamp(from: &reader)
            case 10:
                try reader.structure(type)
                self = try Self.integer(from: &reader)
            default:
                self = .other(field)
                try reader.skip(type)
            }
        }
    }

    private static func timestamp(
        from reader: inout ThriftReader
    ) throws(ParquetError) -> LogicalType {
        var isAdjustedToUTC = false
        var unit: ParquetType.TimeUnit?
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1: isAdjustedToUTC = try reader.bool(type)
            case 2:
                try reader.structure(type)
                var choice = 0
                while let type = try reader.next(&choice) {
                    unit = ParquetType.TimeUnit(rawValue: choice)
                    try reader.skip(type)
                }
            default: try reader.skip(type)
            }
        }
        guard let unit else { throw .damaged("a timestamp has no known unit") }
        return .timestamp(unit: unit, isAdjustedToUTC: isAdjustedToUTC)
    }

    private static func integer(from reader: inout ThriftReader) throws(ParquetError) -> LogicalType
    {
        var isSigned = false
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 2: isSigned = try reader.bool(type)
            default: try reader.skip(type)
            }
        }
        return .integer(isSigned: isSigned)
    }
}
