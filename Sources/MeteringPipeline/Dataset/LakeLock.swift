internal import Foundation

/// The right to change a lake, which one run has at a time; it ends with the process at the latest.
struct LakeLock: ~Copyable {
    private let file: FileDescriptor

    /// - Throws: ``PipelineError`` with `lakeIsHeld` where another run has it.
    init(on lake: Lake) throws(PipelineError) {
        if !lake.isLocal { try Folder.create(lake.stateFolder) }
        let file = try FileDescriptor(opening: lake.lockFile, flags: O_RDWR | O_CREAT)
        guard try file.lock() else {
            throw PipelineError(
                code: .lakeIsHeld, location: "\(lake.root)", reason: "another run holds this lake"
            )
        }
        self.file = file
    }

    deinit {
        file.unlock()
    }
}
