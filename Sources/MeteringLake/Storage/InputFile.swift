package import Foundation

/// A small file that somebody has named, such as a price book.
package enum InputFile {
    /// All bytes of the file. A pipe or a device is none, unless this process was given the pipe open, as
    /// `<(command)` is.
    ///
    /// - Throws: ``PipelineError`` where it is no file or cannot be read.
    package static func contents(of path: String) throws(PipelineError) -> Data {
        let reader = ChunkReader(of: try FileDescriptor.reading(path))
        var bytes = Data()
        while let chunk = try reader.next() { bytes.append(contentsOf: chunk) }
        return bytes
    }
}
