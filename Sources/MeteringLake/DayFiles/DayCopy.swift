internal import BedrockMetering

/// A copy of a day's file.
package final class DayCopy: Sendable {
    package let file: DayFile
    package let bytes: ObjectCopy

    /// Opens a file of a lake on this machine.
    init(opening file: DayFile, from store: LocalStore) throws(PipelineError) {
        self.file = file
        bytes = try ObjectCopy(opening: file.object, from: store)
    }

    /// Downloads an object into a nameless file in `folder`, which is gone with this value.
    init(downloading file: DayFile, from stores: Stores, to folder: OpenFolder) async throws {
        self.file = file
        bytes = try await ObjectCopy(
            downloading: file.object, from: try await stores.open(file.object), to: folder)
    }

    /// The version that was opened.
    package var version: ObjectVersion { bytes.version }

    /// The checksum of all bytes.
    ///
    /// - Throws: ``PipelineError`` where they cannot be read.
    package func checksum() throws(PipelineError) -> Checksum { try bytes.checksum() }
}
