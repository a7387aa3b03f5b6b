/// Numbers of a fixed size, gathered page by page.
///
/// Doubles are gathered as integers of the same bits.
struct NumberCollector<Value: FixedWidthInteger & SignedInteger & BitwiseCopyable> {
    private(set) var values: [Value] = []
    private var dictionary: [Value]?

    /// - Parameter count: how many values are to be expected.
    init(expecting count: Int) {
        values.reserveCapacity(count)
    }

    private static var size: Int { MemoryLayout<Value>.size }

    mutating func setDictionary(_ reader: ByteReader, count: Int) throws(ParquetError) {
        var reader = reader
        var entries = NumberCollector(expecting: 0)
        try entries.appendPlain(&reader, count: count)
        try setDictionary(entries.values)
    }

    mutating func setDictionary(_ entries: [Value]) throws(ParquetError) {
        guard dictionary == nil else { throw .damaged("a column has two dictionaries") }
        dictionary = entries
    }

    mutating func append(_ values: [Value]) {
        self.values += values
    }

    mutating func appendEntries(_ indices: [UInt32]) throws(ParquetError) {
        guard let dictionary else { throw .damaged("a dictionary is missing") }
        for index in indices {
            guard Int(index) < dictionary.count else {
                throw .damaged("a dictionary has no such entry")
            }
            values.append(dictionary[Int(index)])
        }
    }

    /// See `Encodings.md`, section "Plain".
    mutating func appendPlain(_ reader: inout ByteReader, count: Int) throws(ParquetError) {
        let range = try Self.take(count, from: &reader)
        let span = reader.bytes.span.bytes
        for index in 0..<count {
            values.append(
                Value(
                    littleEndian: unsafe span.unsafeLoadUnaligned(
                        fromByteOffset: range.lowerBound + index * Self.size, as: Value.self)
                )
            )
        }
    }

    mutating func appendDeltas(_ reader: inout ByteReader, count: Int) throws(ParquetError) {
        try DeltaDecoder.decode(&reader, count: count, to: &values)
    }

    /// The first bytes of all values, then the second ones, and so on (`Encodings.md`, section
    /// "Byte Stream Split").
    mutating func appendStreams(_ reader: inout ByteReader, count: Int) throws(ParquetError) {
        let range = try Self.take(count, from: &reader)
        for index in range.lowerBound..<range.lowerBound + count {
            var value: Value = 0
            for stream in 0..<Self.size {
                let byte = reader.bytes[index + stream * count]
                value |= Value(truncatingIfNeeded: byte) << Value(stream * 8)
            }
            values.append(value)
        }
    }

    private static func take(
        _ count: Int,
        from reader: inout ByteReader
    ) throws(ParquetError) -> Range<Int> {
        let size = count.multipliedReportingOverflow(by: size)
        guard !size.overflow else { throw .damaged("a page is too small for what it holds") }
        return try reader.take(size.partialValue)
    }
}
