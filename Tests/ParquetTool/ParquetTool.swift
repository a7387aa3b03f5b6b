import Foundation
import Parquet

/// Parquet files from JSON and back, for checks against other implementations:
///
///     parquet-tool write SPEC.json OUT.parquet    writes what a ``FileSpecification`` says
///     parquet-tool read FILE                      prints each row as a JSON array
///     parquet-tool measure ROWS                   times the writing and reading of random rows
@main
struct ParquetTool {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch (arguments.first, arguments.count) {
            case ("write", 3): try write(arguments[1], to: arguments[2])
            case ("read", 2): try read(arguments[1])
            case ("measure", 2): try Measurement(rows: Int(arguments[1]) ?? 0).run()
            default: throw Usage()
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    struct Usage: Error {}

    private static func write(_ specification: String, to path: String) throws {
        let file = try JSONDecoder().decode(
            FileSpecification.self, from: Data(contentsOf: URL(filePath: specification)))
        var bytes = Data()
        let writer = try ParquetWriter(schema: try file.schema(), options: try file.options()) {
            bytes.append(contentsOf: $0)
        }
        for rows in file.rowGroups {
            try writer.write(
                try file.columns.enumerated().map { index, column in
                    try column.data(rows.map { $0[index] })
                }
            )
        }
        try writer.finish()
        try bytes.write(to: URL(filePath: path))
    }

    private static func read(_ path: String) throws {
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        let file = try ParquetReader(size: Int(try handle.seekToEnd())) { offset, count in
            try handle.seek(toOffset: UInt64(offset))
            return Array(try handle.read(upToCount: count) ?? Data())
        }
        for rowGroup in file.rowGroupRows.indices {
            let columns = try file.read(rowGroup: rowGroup).map(Cells.texts(of:))
            for row in 0..<file.rowGroupRows[rowGroup] {
                let line = try JSONEncoder().encode(columns.map { $0[row] })
                FileHandle.standardOutput.write(line + Data("\n".utf8))
            }
        }
    }
}
