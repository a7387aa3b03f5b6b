/// What reading a footer, or one column of one row group, may cost at most.
///
/// Run lengths can stand for any number of rows in a few bytes, so the size of the file alone does
/// not bound what it unpacks to.
package struct ParquetLimits: Sendable, Hashable {
    /// Bytes of the footer.
    package var maximumFooterBytes: Int
    /// Rows of one row group.
    package var maximumRowGroupRows: Int
    /// Bytes of one column chunk as it lies in the file, of one inflated page, and of all the byte arrays
    /// of one column chunk.
    package var maximumBytes: Int

    package init(
        maximumFooterBytes: Int = 1 << 24,
        maximumRowGroupRows: Int = 1 << 24,
        maximumBytes: Int = 1 << 30
    ) {
        self.maximumFooterBytes = maximumFooterBytes
        self.maximumRowGroupRows = maximumRowGroupRows
        self.maximumBytes = maximumBytes
    }
}
