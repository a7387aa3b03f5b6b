/// Writes one column of one row group: a dictionary page if there is one, and data pages.
struct ColumnChunkWriter {
    let column: ParquetColumn
    let options: ParquetWriterOptions
    let sink: PageSink
    /// Memory for one page, used again and again.
    let page: OutputBuffer

    /// - Throws: ``ParquetError/overLimit(_:)``, and what the output throws.
    func write(_ data: ColumnData) throws -> ColumnMetadata {
        sink.codec = codec
        var metadata = ColumnMetadata()
        let start = (sink.offset, sink.uncompressedOffset)
        var values = data.values
        if case .dictionary(let indices, let entries) = values {
            let compact = CompactDictionary(indices: indices, entries: entries)
            values = .dictionary(indices: compact.indices, entries: compact.entries)
            if isDictionary(values) {
                metadata.dictionaryPageOffset = sink.offset
                page.clear()
                PlainEncoder.encode(compact.entries, at: 0..<compact.entries.count, to: page)
                try writePage(.dictionary, values: compact.entries.count, encoding: .plain)
            }
        }
        try checkTexts(values)
        metadata.dataPageOffset = sink.offset
        let encoding = encoding(of: values)
        var row = 0
        var value = 0
        repeat {
            let next = endOfPage(values, data.presence, row: row, value: value, rows: data.rows)
            page.clear()
            if column.isOptional { encodeLevels(data.presence, row..<next.row) }
            encode(values, value..<next.value)
            try writePage(.data, values: next.row - row, encoding: encoding)
            metadata.dataPages += 1
            (row, value) = next
        } while row < data.rows

        metadata.type = column.type.physical.rawValue
        metadata.encodings = [encoding]
        if column.isOptional { metadata.encodings.append(.rle) }
        if metadata.dictionaryPageOffset != nil { metadata.encodings.append(.plain) }
        metadata.path = [column.name]
        metadata.codec = codec.number
        metadata.values = data.rows
        metadata.statistics = ColumnStatistics(of: values, nullCount: data.rows - values.count)
        metadata.compressedSize = sink.offset - start.0
        metadata.uncompressedSize = sink.uncompressedOffset - start.1
        return metadata
    }

    /// Writes ``page``, unless a reader would not take it.
    private func writePage(_ kind: PageHeader.Kind, values: Int, encoding: Encoding) throws {
        guard page.count <= options.limits.maximumBytes else {
            throw ParquetError.overLimit("a page of \(page.count) bytes")
        }
        try sink.writePage(kind, values: values, encoding: encoding, page.bytes)
    }

    /// Makes sure that a reader takes all texts of the chunk.
    private func checkTexts(_ values: ColumnValues) throws(ParquetError) {
        let size: Int
        switch values {
        case .byteArrays(let arrays): size = arrays.bytes.count
        case .dictionary(let indices, let entries):
            size =
                isDictionary(values)
                ? entries.bytes.count
                : indices.reduce(0) { $0 + entries[Int($1)].count }
        default: return
        }
        guard size <= options.limits.maximumBytes else {
            throw .overLimit("texts of \(size) bytes in one column of a row group")
        }
    }

    private var codec: ParquetWriterOptions.Codec {
        options.codecs[column.name] ?? options.codec
    }

    private func isDictionary(_ values: ColumnValues) -> Bool {
        guard case .dictionary(_, let entries) = values else { return false }
        return options.takes(dictionary: entries)
    }

    private func encoding(of values: ColumnValues) -> Encoding {
        switch values {
        case .booleans, .doubles: .plain
        case .byteArrays: options.layout == .delta ? .deltaByteArray : .plain
        case .int32s, .int64s: options.layout == .delta ? .deltaBinaryPacked : .plain
        case .dictionary: isDictionary(values) ? .rleDictionary : .plain
        }
    }

    /// What levels and encodings add to the texts of a page at most, and to each of them.
    private static let pageOverhead = 1024
    private static let rowOverhead = 9

    /// The row and the value at which the page ends that begins at these.
    private func endOfPage(
        _ values: ColumnValues,
        _ presence: [Bool]?,
        row: Int,
        value: Int,
        rows: Int
    ) -> (row: Int, value: Int) {
        let last = min(rows, row + options.maximumPageRows)
        let arrays: ByteArrays
        let indices: [UInt32]?
        switch values {
        case .byteArrays(let values):
            arrays = values
            indices = nil
        case .dictionary(let named, let entries) where !isDictionary(values):
            arrays = entries
            indices = named
        default:
            guard let presence else { return (last, value + last - row) }
            return (last, presence[row..<last].reduce(value) { $0 + ($1 ? 1 : 0) })
        }
        var end = (row: row, value: value)
        var size = 0
        while end.row < last && size < options.maximumPageBytes {
            if presence?[end.row] ?? true {
                let index = indices.map { Int($0[end.value]) } ?? end.value
                let next = 4 + arrays.offsets[index + 1] - arrays.offsets[index]
                // One that would make the page too large for readers begins another.
                let overhead = Self.pageOverhead + Self.rowOverhead * (end.row + 1 - row)
                if size > 0, size + next + overhead > options.limits.maximumBytes { break }
                size += next
                end.value += 1
            }
            end.row += 1
        }
        return end
    }

    /// Definition levels of at most 1, with their length before them (`README.md` of the format,
    /// sections "Nulls" and "Data Pages"; `Encodings.md`, the table of page kinds).
    private func encodeLevels(_ presence: [Bool]?, _ rows: Range<Int>) {
        let start = page.count
        page.append(length: 0)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: rows.count) { levels in
            for (index, row) in rows.enumerated() {
                levels[index] = presence?[row] ?? true ? 1 : 0
            }
            HybridEncoder.encode(UnsafeBufferPointer(levels), width: 1, to: page)
        }
        page.set(length: page.count - start - 4, at: start)
    }

    private func encode(_ values: ColumnValues, _ range: Range<Int>) {
        switch values {
        case .booleans(let values): PlainEncoder.encode(values[range], to: page)
        case .int32s(let values): encodeIntegers(values, range)
        case .int64s(let values): encodeIntegers(values, range)
        case .doubles(let values):
            values.withUnsafeBufferPointer {
                PlainEncoder.encode(UnsafeBufferPointer(rebasing: $0[range]), to: page)
            }
        case .byteArrays(let values):
            switch options.layout {
            case .plain: PlainEncoder.encode(values, at: range, to: page)
            case .delta: DeltaByteArrayEncoder.encode(values, range, to: page)
            }
        case .dictionary(let indices, let entries):
            guard isDictionary(values) else {
                PlainEncoder.encode(entries, at: indices[range].lazy.map { Int($0) }, to: page)
                return
            }
            let width = HybridEncoder.width(upTo: UInt32(max(1, entries.count) - 1))
            page.append(UInt8(width))
            indices.withUnsafeBufferPointer {
                HybridEncoder.encode(
                    UnsafeBufferPointer(rebasing: $0[range]), width: width, to: page)
            }
        }
    }

    private func encodeIntegers<Value: FixedWidthInteger & SignedInteger>(
        _ values: [Value],
        _ range: Range<Int>
    ) {
        values.withUnsafeBufferPointer {
            let values = UnsafeBufferPointer(rebasing: $0[range])
            switch options.layout {
            case .plain: PlainEncoder.encode(values, to: page)
            case .delta: DeltaEncoder.encode(values, to: page)
            }
        }
    }
}
