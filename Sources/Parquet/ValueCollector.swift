/// The values of a column chunk, gathered page by page.
struct ValueCollector {
    private let type: PhysicalType
    private var booleans: [Bool] = []
    private var int32s: NumberCollector<Int32>
    /// Also of INT96, in nanoseconds.
    private var int64s: NumberCollector<Int64>
    private var doubles: NumberCollector<Int64>
    private var byteArrays: ByteArrayCollector

    /// Values that memory is set aside for before any is there; what a file says is not trusted with
    /// more.
    private static let maximumExpected = 1 << 20

    init(type: PhysicalType, rows: Int, limits: ParquetLimits) {
        self.type = type
        let expected = min(rows, Self.maximumExpected)
        int32s = NumberCollector(expecting: type == .int32 ? expected : 0)
        int64s = NumberCollector(expecting: [.int64, .int96].contains(type) ? expected : 0)
        doubles = NumberCollector(expecting: type == .double ? expected : 0)
        byteArrays = ByteArrayCollector(maximumBytes: limits.maximumBytes)
    }

    func finished() -> ColumnValues {
        switch type {
        case .boolean: .booleans(booleans)
        case .int32: .int32s(int32s.values)
        case .int64, .int96: .int64s(int64s.values)
        case .double: .doubles(doubles.values.map { Double(bitPattern: UInt64(bitPattern: $0)) })
        default: byteArrays.finished()
        }
    }

    mutating func setDictionary(_ reader: ByteReader, count: Int) throws(ParquetError) {
        switch type {
        case .boolean: throw .damaged("booleans with a dictionary")
        case .int32: try int32s.setDictionary(reader, count: count)
        case .int64: try int64s.setDictionary(reader, count: count)
        case .int96:
            var reader = reader
            try int64s.setDictionary(try Int96.nanoseconds(&reader, count: count))
        case .double: try doubles.setDictionary(reader, count: count)
        default: try byteArrays.setDictionary(reader, count: count)
        }
    }

    mutating func append(
        _ reader: ByteReader,
        count: Int,
        encoding: Encoding
    ) throws(ParquetError) {
        var reader = reader
        switch (type, encoding) {
        case (.boolean, .plain):
            let range = try reader.take((count + 7) / 8)
            for index in 0..<count {
                let byte = reader.bytes[range.lowerBound + index / 8]
                booleans.append(byte >> UInt8(index % 8) & 1 == 1)
            }
        case (.boolean, .rle):
            let size = try reader.length()
            let runs = ByteReader(reader.bytes, in: try reader.take(size))
            for value in try HybridDecoder.decode(runs, width: 1, count: count) {
                booleans.append(value == 1)
            }
        case (.int32, .plain): try int32s.appendPlain(&reader, count: count)
        case (.int64, .plain): try int64s.appendPlain(&reader, count: count)
        case (.int96, .plain): int64s.append(try Int96.nanoseconds(&reader, count: count))
        case (.double, .plain): try doubles.appendPlain(&reader, count: count)
        case (.int32, .deltaBinaryPacked): try int32s.appendDeltas(&reader, count: count)
        case (.int64, .deltaBinaryPacked): try int64s.appendDeltas(&reader, count: count)
        case (.int32, .byteStreamSplit): try int32s.appendStreams(&reader, count: count)
        case (.int64, .byteStreamSplit): try int64s.appendStreams(&reader, count: count)
        case (.double, .byteStreamSplit): try doubles.appendStreams(&reader, count: count)
        case (.byteArray, .plain): try byteArrays.appendPlain(&reader, count: count)
        case (.byteArray, .deltaLengthByteArray):
            try byteArrays.appendDeltaLengths(&reader, count: count)
        case (.byteArray, .deltaByteArray): try byteArrays.appendDeltas(&reader, count: count)
        case (_, .rleDictionary), (_, .plainDictionary):
            let width = Int(try reader.byte())
            let indices = try HybridDecoder.decode(reader, width: width, count: count)
            switch type {
            case .boolean: throw .damaged("booleans with a dictionary")
            case .int32: try int32s.appendEntries(indices)
            case .int64, .int96: try int64s.appendEntries(indices)
            case .double: try doubles.appendEntries(indices)
            default: try byteArrays.appendEntries(indices)
            }
        default: throw .unsupported("\(type.name) of encoding \(encoding)")
        }
    }
}
