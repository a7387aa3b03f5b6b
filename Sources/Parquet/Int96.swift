/// The times of INT96, which Spark, Impala and Hive write: nanoseconds of a day, then its Julian day
/// number (`LogicalTypes.md`, section "INT96 timestamps"; deprecated, and as common as ever).
enum Int96 {
    /// Bytes of one value.
    private static let size = 12
    /// The Julian day number of 1970-01-01.
    private static let epoch: Int64 = 2_440_588
    private static let nanosecondsPerDay: Int64 = 86_400_000_000_000

    /// Reads `count` times, as nanoseconds since 1970-01-01 00:00.
    ///
    /// - Throws: ``ParquetError``, also for a time that 64 bits do not hold, before 1677 or after 2262.
    static func nanoseconds(
        _ reader: inout ByteReader,
        count: Int
    ) throws(ParquetError) -> [Int64] {
        let size = count.multipliedReportingOverflow(by: size)
        guard !size.overflow else { throw .damaged("a page is too small for what it holds") }
        let range = try reader.take(size.partialValue)
        let span = reader.bytes.span.bytes
        var values: [Int64] = []
        values.reserveCapacity(count)
        for place in stride(from: range.lowerBound, to: range.upperBound, by: Self.size) {
            let inDay = Int64(
                littleEndian: unsafe span.unsafeLoadUnaligned(
                    fromByteOffset: place, as: Int64.self))
            let day = Int32(
                littleEndian: unsafe span.unsafeLoadUnaligned(
                    fromByteOffset: place + 8, as: Int32.self))
            let start = (Int64(day) - epoch).multipliedReportingOverflow(by: nanosecondsPerDay)
            let time = start.partialValue.addingReportingOverflow(inDay)
            guard !start.overflow, !time.overflow else {
                throw .unsupported("INT96 times before 1677 or after 2262")
            }
            values.append(time.partialValue)
        }
        return values
    }
}
