internal import BedrockMetering
internal import Foundation

/// Log objects on a file system.
struct LocalStore: Sendable {
    /// One object: a file.
    struct Object: Sendable, Hashable {
        /// The path that opens it, and that messages name it by.
        var path: String
    }

    /// The objects at `path`: the file itself, or all files under the folder, in the order of their
    /// paths' bytes.
    ///
    /// - Throws: ``PipelineError`` where there is nothing at `path`, or a folder cannot be read.
    func objects(at path: String) throws(PipelineError) -> [Object] {
        var paths: [String] = []
        try collect(path, above: [], into: &paths)
        return paths.map { Object(path: $0) }
    }

    /// Adds the files at `path`.
    ///
    /// - Parameter above: the folders around it, so that a link to one of them ends the walk.
    private func collect(
        _ path: String, above: [FileStatus.Identity], into paths: inout [String]
    ) throws(PipelineError) {
        let status: FileStatus
        do throws(PipelineError) {
            status = try FileStatus(of: path)
        } catch {
            // A link that leads to no file, or an object that has gone, fails alone when it is opened.
            guard !above.isEmpty else { throw error }
            return paths.append(path)
        }
        switch status.kind {
        case .file: paths.append(path)
        case .other:
            // Pipes, such as a shell's <(zcat x), are read where they are named, not where found.
            if above.isEmpty { paths.append(path) }
        case .folder:
            guard !above.contains(status.identity) else { return }
            let prefix = path.hasSuffix("/") ? path : path + "/"
            for name in try Self.names(in: path) {
                try collect(prefix + name, above: above + [status.identity], into: &paths)
            }
        }
    }

    /// The names in a folder, in the order of their bytes.
    static func names(in folder: String) throws(PipelineError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw PipelineError(
                code: .inputOutput, location: folder, reason: "the folder cannot be read"
            )
        }
    }

    /// Decodes an object into `sink`, chunk by chunk.
    ///
    /// - Throws: ``DecodingError`` or ``PipelineError``; `sink` has then been rolled back.
    func decode(
        _ object: Object, limits: DecodingLimits, into sink: inout some UsageSink & ~Copyable
    ) throws -> EventCounts {
        var session = DecodingSession(named: object.path, limits: limits)
        do {
            let reader = try ChunkReader(of: object)
            while let chunk = try reader.next() {
                try session.feed(chunk.bytes, into: &sink)
            }
        } catch {
            sink.rollback()
            throw error
        }
        return try session.finish(into: &sink)
    }
}
