/// Rows of a merged day, and the JSON lines that are made of them.
///
/// The day's merge fills it, which is cheap and done in order; the lines can be written on any thread.
/// One thread at a time has it.
package final class LineChunk: @unchecked Sendable {
    /// Rows in one chunk; every gzip member of a day file holds that many, but the last, and those of long
    /// names.
    package static let rows = 4096
    /// Bytes of names after which a chunk takes no more rows, as they were logged: they count whatever else
    /// the day holds, so that the bytes of a file depend on its rows alone.
    package static let nameBytes = 4 << 20
    /// Bytes after which another text begins, where names are long.
    private static let textSize = 16 << 20
    /// Rows whose names are read ahead.
    private static let prefetchedRows = 1024

    private var rows: [StoredUsage] = []
    /// Bytes of the names of the first rows, and how many those are: none are counted while names are too
    /// short to matter.
    private var counted = (bytes: 0, rows: 0)
    /// The names of the rows, until their lines are written.
    private var symbols: UsageSymbols?
    private var encoder = UsageLineEncoder()
    /// The lines, in one text or, where names are long, in several.
    package private(set) var texts: [TextChunk] = []
    /// Bytes of the longest line, with its end, once all are written.
    package private(set) var longestLine = 0
    /// Keeps prefetching reads from being optimised away.
    private var prefetched = 0

    package init() {
        rows.reserveCapacity(Self.rows)
    }

    var isEmpty: Bool { rows.isEmpty }
    /// Whether it takes no more rows.
    var isFull: Bool { rows.count == Self.rows || counted.bytes >= Self.nameBytes }

    /// Takes the first of `rows`, as many as it has room for.
    ///
    /// - Returns: how many it has taken.
    func append(_ rows: ArraySlice<StoredUsage>, named symbols: borrowing UsageSymbols) -> Int {
        let first = rows.prefix(Self.rows - self.rows.count)
        guard symbols.longestNames > Self.nameBytes / Self.rows else {
            self.rows += first
            return first.count
        }
        count(symbols)
        var taken = 0
        for row in first where counted.bytes < Self.nameBytes {
            self.rows.append(row)
            count(symbols)
            taken += 1
        }
        return taken
    }

    private func count(_ symbols: borrowing UsageSymbols) {
        while counted.rows < rows.count {
            counted.bytes += symbols.nameBytes(of: rows[counted.rows])
            counted.rows += 1
        }
    }

    /// Lets go of the lines, so that their memory serves for others.
    func removeAll() {
        rows.removeAll(keepingCapacity: true)
        for text in texts { encoder.reuse(text) }
        texts.removeAll()
        longestLine = 0
        counted = (0, 0)
    }

    /// Says where the names of the rows are found.
    func close(_ symbols: UsageSymbols) {
        self.symbols = symbols
    }

    /// Writes the lines, unless that was done.
    package func encode() {
        guard let symbols else { return }
        var next = 0
        while next < rows.count {
            let step = rows[next...].prefix(Self.prefetchedRows)
            prefetched = symbols.prefetch(step)
            for row in step {
                let start = encoder.count
                symbols.append(row, to: &encoder)
                longestLine = max(longestLine, encoder.count &- start)
                if encoder.count >= Self.textSize { texts.append(encoder.take()) }
            }
            next = step.endIndex
        }
        if encoder.count > 0 { texts.append(encoder.take()) }
        self.symbols = nil
    }
}
