extension FileMetadata {
    /// The footer of a file with these columns, whose order is the same in every row group.
    static func footer(
        schema: ParquetSchema,
        rows: Int,
        rowGroups: [RowGroupMetadata],
        keyValues: [(key: String, value: String)],
        createdBy: String
    ) -> [UInt8] {
        ThriftWriter.bytes { footer in
            footer.int32(1, 2)
            footer.list(2, of: .structure, count: schema.columns.count + 1)
            footer.element { root in
                root.binary(4, "schema".utf8)
                root.int32(5, Int32(schema.columns.count))
            }
            for column in schema.columns {
                footer.element { column.write(to: &$0) }
            }
            footer.int64(3, rows)
            footer.list(4, of: .structure, count: rowGroups.count)
            for (ordinal, rowGroup) in rowGroups.enumerated() {
                footer.element { rowGroup.write(to: &$0, ordinal: ordinal) }
            }
            if !keyValues.isEmpty {
                footer.list(5, of: .structure, count: keyValues.count)
                for (key, value) in keyValues {
                    footer.element { pair in
                        pair.binary(1, key.utf8)
                        pair.binary(2, value.utf8)
                    }
                }
            }
            footer.binary(6, createdBy.utf8)
            // Every column has the order that its type defines, without which no reader may use
            // `min_value` and `max_value`.
            footer.list(7, of: .structure, count: schema.columns.count)
            for _ in schema.columns {
                footer.element { $0.structure(1) { _ in } }
            }
        }
    }
}

extension RowGroupMetadata {
    fileprivate func write(to writer: inout ThriftWriter, ordinal: Int) {
        writer.list(1, of: .structure, count: columns.count)
        for column in columns {
            writer.element { chunk in
                // Deprecated, and to be 0.
                chunk.int64(2, 0)
                chunk.structure(3) { column.write(to: &$0) }
            }
        }
        writer.int64(2, uncompressedSize)
        writer.int64(3, rows)
        if let first = columns.first {
            writer.int64(5, first.dictionaryPageOffset ?? first.dataPageOffset)
        }
        writer.int64(6, compressedSize)
        if let ordinal = Int16(exactly: ordinal) { writer.int16(7, ordinal) }
    }
}

extension ColumnMetadata {
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.int32(1, type)
        writer.list(2, of: .int32, count: encodings.count)
        for encoding in encodings { writer.int32Element(encoding.rawValue) }
        writer.list(3, of: .binary, count: path.count)
        for name in path { writer.binaryElement(name.utf8) }
        writer.int32(4, codec)
        writer.int64(5, values)
        writer.int64(6, uncompressedSize)
        writer.int64(7, compressedSize)
        writer.int64(9, dataPageOffset)
        if let dictionaryPageOffset { writer.int64(11, dictionaryPageOffset) }
        if let statistics {
            writer.structure(12) { fields in
                fields.int64(3, statistics.nullCount)
                guard let maximum = statistics.maximum, let minimum = statistics.minimum else {
                    return
                }
                fields.binary(5, maximum)
                fields.binary(6, minimum)
                fields.bool(7, true)
                fields.bool(8, true)
            }
        }
        writePageCounts(to: &writer)
    }

    /// How many pages there are of each encoding, by which readers know that a chunk holds nothing
    /// but what its dictionary does (`parquet.thrift`, `PageEncodingStats`).
    private func writePageCounts(to writer: inout ThriftWriter) {
        guard let encoding = encodings.first else { return }
        let hasDictionary = dictionaryPageOffset != nil
        writer.list(13, of: .structure, count: hasDictionary ? 2 : 1)
        if hasDictionary {
            writer.element { count in
                count.int32(1, PageHeader.Kind.dictionary.rawValue)
                count.int32(2, Encoding.plain.rawValue)
                count.int32(3, 1)
            }
        }
        writer.element { count in
            count.int32(1, PageHeader.Kind.data.rawValue)
            count.int32(2, encoding.rawValue)
            count.int32(3, Int32(dataPages))
        }
    }
}

extension ParquetColumn {
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.int32(1, type.physical.rawValue)
        writer.int32(3, isOptional ? 1 : 0)
        writer.binary(4, name.utf8)
        // The older annotation stays for readers that do not know logical types.
        switch type {
        case .boolean, .int32, .int64, .int96Time, .double, .bytes: break
        case .string:
            writer.int32(6, 0)
            writer.structure(10) { $0.structure(1) { _ in } }
        case .date:
            writer.int32(6, 6)
            writer.structure(10) { $0.structure(6) { _ in } }
        case .timestamp(let unit, let isAdjustedToUTC):
            switch unit {
            case .milliseconds: writer.int32(6, 9)
            case .microseconds: writer.int32(6, 10)
            // The older annotations have none for these.
            case .nanoseconds: break
            }
            writer.structure(10) { logical in
                logical.structure(8) { timestamp in
                    timestamp.bool(1, isAdjustedToUTC)
                    timestamp.structure(2) { $0.structure(unit.rawValue) { _ in } }
                }
            }
        }
    }
}
