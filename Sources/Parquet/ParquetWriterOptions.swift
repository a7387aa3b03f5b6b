/// How a ``ParquetWriter`` lays out what it is given.
package struct ParquetWriterOptions: Sendable, Hashable {
    /// How pages are compressed (`Compression.md`).
    package enum Codec: Sendable, Hashable {
        case none
        /// At zlib's levels, 1 to 9.
        case gzip(level: Int)
        /// The same format, by the frequencies of bytes alone: for texts without repeats, such as
        /// random digits, as small for a fraction of the time.
        case gzipWithoutRepeats

        var number: Int32 {
            switch self {
            case .none: 0
            case .gzip, .gzipWithoutRepeats: 2
            }
        }
    }

    /// How integers and byte arrays without a dictionary lie in pages (`Encodings.md`).
    package enum Layout: Sendable, Hashable {
        /// One after another.
        case plain
        /// DELTA_BINARY_PACKED and DELTA_BYTE_ARRAY: small where neighbours are close.
        case delta
    }

    /// How columns are compressed that ``codecs`` does not name.
    package var codec: Codec
    /// How columns are compressed, by their names.
    package var codecs: [String: Codec]
    package var layout: Layout
    /// Rows of one page at most.
    package var maximumPageRows: Int
    /// Bytes of one page of byte arrays, about: the one that goes beyond is the page's last.
    package var maximumPageBytes: Int
    /// Bytes that a dictionary may have; a larger one is not written, but its entries row by row.
    package var maximumDictionaryBytes: Int
    /// Bytes of the byte arrays of one row group that are written row by row; where the rows have more,
    /// they become several row groups, and a row that has more alone one of its own.
    package var maximumRowGroupBytes: Int
    /// What readers take, beyond which nothing is written.
    package var limits: ParquetLimits
    /// How many threads encode columns at once.
    package var threads: Int
    /// What the footer says about the file, by key.
    package var metadata: [String: String]
    /// The program that writes.
    package var createdBy: String

    package init(
        codec: Codec = .none,
        codecs: [String: Codec] = [:],
        layout: Layout = .delta,
        maximumPageRows: Int = 1 << 16,
        maximumPageBytes: Int = 1 << 20,
        maximumDictionaryBytes: Int = 1 << 23,
        maximumRowGroupBytes: Int = 1 << 28,
        limits: ParquetLimits = ParquetLimits(),
        threads: Int = 1,
        metadata: [String: String] = [:],
        createdBy: String = "swift-parquet version 1.0.0"
    ) {
        precondition(maximumPageRows > 0 && maximumPageBytes > 0)
        precondition(limits.maximumRowGroupRows > 0)
        self.codec = codec
        self.codecs = codecs
        self.layout = layout
        self.maximumPageRows = maximumPageRows
        self.maximumPageBytes = maximumPageBytes
        self.maximumDictionaryBytes = maximumDictionaryBytes
        self.maximumRowGroupBytes = maximumRowGroupBytes
        self.limits = limits
        self.threads = threads
        self.metadata = metadata
        self.createdBy = createdBy
    }
}
