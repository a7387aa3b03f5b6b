/// Byte arrays, gathered page by page.
///
/// Where there is a dictionary, arrays of pages that do not use it become entries of it, so that no
/// entry is ever copied for every row that names it.
struct ByteArrayCollector {
    private let maximumBytes: Int
    private var arrays = ByteArrays()
    /// Names each value in `arrays`, where there is a dictionary.
    private var indices: [UInt32] = []
    private var dictionaryCount: Int?

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    func finished() -> ColumnValues {
        dictionaryCount == nil
            ? .byteArrays(arrays) : .dictionary(indices: indices, entries: arrays)
    }

    mutating func setDictionary(_ reader: ByteReader, count: Int) throws(ParquetError) {
        guard dictionaryCount == nil, arrays.count == 0 else {
            throw .damaged("a column has two dictionaries")
        }
        var reader = reader
        try appendPlain(&reader, count: count)
        dictionaryCount = count
    }

    mutating func appendEntries(_ indices: [UInt32]) throws(ParquetError) {
        guard let dictionaryCount else { throw .damaged("a dictionary is missing") }
        guard indices.allSatisfy({ Int($0) < dictionaryCount }) else {
            throw .damaged("a dictionary has no such entry")
        }
        self.indices += indices
    }

    /// See `Encodings.md`, section "Plain".
    mutating func appendPlain(_ reader: inout ByteReader, count: Int) throws(ParquetError) {
        for _ in 0..<count {
            let length = try reader.length()
            try append(reader.bytes[try reader.take(length)])
        }
    }

    /// See `Encodings.md`, section "Delta-length byte array".
    mutating func appendDeltaLengths(_ reader: inout ByteReader, count: Int) throws(ParquetError) {
        for length in try DeltaDecoder.decode(&reader, count: count, as: Int32.self) {
            try append(reader.bytes[try reader.take(Int(length))])
        }
    }

    /// How much each array shares with the one before it, and the rest (`Encodings.md`, section
    /// "Delta Strings").
    mutating func appendDeltas(_ reader: inout ByteReader, count: Int) throws(ParquetError) {
        let prefixes = try DeltaDecoder.decode(&reader, count: count, as: Int32.self)
        let lengths = try DeltaDecoder.decode(&reader, count: count, as: Int32.self)
        var previous = 0
        var size = 0
        var rest = 0
        for (prefix, length) in zip(prefixes, lengths) {
            guard prefix >= 0, Int(prefix) <= previous else {
                throw .damaged("an array shares more than there is")
            }
            guard length >= 0 else { throw .damaged("a value is cut off") }
            previous = Int(prefix) + Int(length)
            rest += Int(length)
            size += previous
            guard size <= maximumBytes - arrays.bytes.count else {
                throw .overLimit("byte arrays of one column")
            }
        }
        let range = try reader.take(rest)
        if dictionaryCount != nil {
            for index in 0..<count { indices.append(UInt32(arrays.count + index)) }
        }
        arrays.append(sharing: prefixes, then: lengths, of: reader.bytes[range], size: size)
    }

    private mutating func append(_ array: some Collection<UInt8>) throws(ParquetError) {
        guard array.count <= maximumBytes - arrays.bytes.count else {
            throw .overLimit("byte arrays of one column")
        }
        if dictionaryCount != nil { indices.append(UInt32(arrays.count)) }
        arrays.append(array)
    }
}
