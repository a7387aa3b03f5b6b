package import Foundation

/// Where to put what need not outlive a run.
package enum ScratchFolder: Sendable {
    /// The lake's own, for those who have the lake's lock.
    case staging
    /// The system's, for those who change no lake.
    case temporary

    static var temporaryPath: String { NSTemporaryDirectory() }
}

extension Lake {
    static let stagingName = "_staging"

    /// Opens a folder for what need not outlive a run; that of the lake is made where there is none.
    package func scratch(_ place: ScratchFolder) throws(PipelineError) -> OpenFolder {
        switch place {
        case .staging:
            try OpenFolder(following: stateFolder).folder(Self.stagingName, making: 0o700)
        case .temporary: try OpenFolder(following: ScratchFolder.temporaryPath)
        }
    }

    /// Forgets what a run that was interrupted has left half-written.
    package func clearStaging() throws(PipelineError) {
        let state = try OpenFolder(following: stateFolder)
        guard try state.check(Self.stagingName, is: .folder) != nil else { return }
        try state.folder(Self.stagingName).removeContents()
    }
}

extension StagedFile {
    package convenience init(in lake: Lake, mode: mode_t = ownerOnly) throws(PipelineError) {
        try self.init(in: try lake.scratch(.staging), mode: mode)
    }
}
