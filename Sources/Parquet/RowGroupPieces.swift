/// Where a row group is cut, so that readers take each piece of it.
///
/// What a reader unpacks grows with the texts of its rows, and not with the bytes of the file: of a
/// dictionary that is too large to be written, entries are written row by row.
struct RowGroupPieces {
    private let options: ParquetWriterOptions
    /// The columns whose texts are written row by row.
    private var texts: [Texts] = []
    private let rows: Int

    /// A column of texts, and the next of them.
    private struct Texts {
        let entries: ByteArrays
        let indices: [UInt32]?
        let presence: [Bool]?
        var next = 0

        init?(_ data: ColumnData, _ options: ParquetWriterOptions) {
            switch data.values {
            case .byteArrays(let arrays):
                entries = arrays
                indices = nil
            case .dictionary(let named, let all):
                guard !options.takes(dictionary: all) else { return nil }
                entries = all
                indices = named
            default: return nil
            }
            presence = data.presence
        }

        /// What all rows come to.
        var size: Int {
            guard let indices else { return entries.bytes.count + 4 * entries.count }
            return indices.reduce(0) { $0 + size(of: Int($1)) }
        }

        private func size(of index: Int) -> Int {
            4 + entries.offsets[index + 1] - entries.offsets[index]
        }

        /// What the next row comes to.
        mutating func take(row: Int) -> Int {
            guard presence?[row] ?? true else { return 0 }
            defer { next += 1 }
            return size(of: indices.map { Int($0[next]) } ?? next)
        }
    }

    private init(of columns: borrowing [ColumnData], _ options: ParquetWriterOptions) {
        self.options = options
        rows = columns.first?.rows ?? 0
        texts = columns.compactMap { Texts($0, options) }
    }

    private var maximumRows: Int { options.limits.maximumRowGroupRows }
    private var maximumBytes: Int {
        min(options.maximumRowGroupBytes, options.limits.maximumBytes)
    }

    /// The rows of each piece of a row group; all of them in one where that is not too large.
    ///
    /// - Complexity: O(*columns*) where names are few and texts short, else O(*rows*).
    static func ranges(
        of columns: borrowing [ColumnData], _ options: ParquetWriterOptions
    ) -> [Range<Int>] {
        var pieces = RowGroupPieces(of: columns, options)
        return pieces.ranges()
    }

    private mutating func ranges() -> [Range<Int>] {
        if rows <= maximumRows, texts.reduce(0, { $0 + $1.size }) <= maximumBytes {
            return [0..<rows]
        }
        texts.removeAll { column in
            guard let indices = column.indices else { return false }
            let compact = CompactDictionary(indices: indices, entries: column.entries)
            return options.takes(dictionary: compact.entries)
        }
        var ranges: [Range<Int>] = []
        var start = 0
        var size = 0
        for row in 0..<rows {
            var more = 0
            for index in texts.indices { more += texts[index].take(row: row) }
            if row > start, size + more > maximumBytes || row - start == maximumRows {
                ranges.append(start..<row)
                start = row
                size = 0
            }
            size += more
        }
        return ranges + [start..<rows]
    }
}

extension ParquetWriterOptions {
    /// Whether a dictionary of these entries is written.
    func takes(dictionary entries: ByteArrays) -> Bool {
        entries.bytes.count + 4 * entries.count
            <= min(maximumDictionaryBytes, limits.maximumBytes)
    }
}

extension ColumnData {
    /// Some of the rows.
    func slice(_ rows: Range<Int>) -> ColumnData {
        guard let presence else { return ColumnData(values.slice(rows)) }
        let first = presence[..<rows.lowerBound].count { $0 }
        let count = presence[rows].count { $0 }
        return ColumnData(
            values.slice(first..<first + count), presence: Array(presence[rows]))
    }
}

extension ColumnValues {
    fileprivate func slice(_ range: Range<Int>) -> ColumnValues {
        switch self {
        case .booleans(let values): .booleans(Array(values[range]))
        case .int32s(let values): .int32s(Array(values[range]))
        case .int64s(let values): .int64s(Array(values[range]))
        case .doubles(let values): .doubles(Array(values[range]))
        case .byteArrays(let values): .byteArrays(values.slice(range))
        case .dictionary(let indices, let entries):
            .dictionary(indices: Array(indices[range]), entries: entries)
        }
    }
}

extension ByteArrays {
    fileprivate func slice(_ range: Range<Int>) -> ByteArrays {
        let start = offsets[range.lowerBound]
        return ByteArrays(
            bytes: Array(bytes[start..<offsets[range.upperBound]]),
            offsets: offsets[range.lowerBound...range.upperBound].map { $0 - start })
    }
}
