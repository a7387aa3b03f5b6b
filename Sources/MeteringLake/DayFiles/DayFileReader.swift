package import BedrockMetering

/// Reads a day file, piece by piece, into a merge.
package protocol DayFileReader {
    /// Reads the next piece, once what was read before is merged; returns false at the end.
    ///
    /// - Throws: ``PipelineError`` or ``ExportDecodingError``.
    mutating func readMore(into merge: inout DayMerge) throws -> Bool
}

extension DayCopy {
    /// Reads the file from its beginning.
    package func reader() throws -> any DayFileReader {
        switch file.format {
        case .json: JSONDayReader(of: self)
        case .parquet: try ParquetDayReader(of: self)
        }
    }
}

/// Reads a day file of JSON lines.
final class JSONDayReader: DayFileReader {
    private let file: DayFile
    private var chunks: ObjectChunks
    private var session: DecodingSession

    init(of copy: DayCopy) {
        file = copy.file
        chunks = ObjectChunks(of: copy.bytes)
        session = DecodingSession(named: file.object.name, limits: .dayFiles)
    }

    func readMore(into merge: inout DayMerge) throws -> Bool {
        if let chunk = try chunks.next() {
            try session.feed(chunk.bytes, into: &merge)
            return true
        }
        let counts = try session.finish(into: &merge)
        guard counts.usage > 0, counts.foreign == 0, counts.rejected == 0 else {
            throw file.damage
        }
        return false
    }
}

/// Reads a Parquet day file.
struct ParquetDayReader: DayFileReader {
    private let day: ParquetDay
    private var rowGroup = 0

    init(of copy: DayCopy) throws {
        day = try ParquetDay(copy)
    }

    mutating func readMore(into merge: inout DayMerge) throws -> Bool {
        guard rowGroup < day.rowGroups else { return false }
        merge.append(try day.columns(UsageSchema.columns.map(\.field), ofRowGroup: rowGroup))
        rowGroup += 1
        return true
    }
}
