/// The right to change a lake, which one run has at a time; it ends with the process at the latest.
package struct LakeLock: ~Copyable {
    private let file: FileDescriptor

    /// - Throws: ``PipelineError`` with `lakeIsHeld` where another run has it, with `damagedLake` where
    ///   a link or something else is in the place of one of the lake's own files or folders.
    package init(on lake: Lake) throws(PipelineError) {
        if !lake.isLocal { try lake.makeStateFolder() }
        let state = try OpenFolder(following: lake.stateFolder)
        try lake.checkOwnEntries(in: state)
        let file = try state.fileToLock(Lake.lockName)
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
