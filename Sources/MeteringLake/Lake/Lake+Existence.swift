/// Whether there is a lake.
extension Lake {
    /// Refuses a place where no ingest has made or filled anything: it has no lock and no partitions.
    package func checkExistence() async throws(PipelineError) {
        if isLocal,
            try FileStatus(of: root.path, missing: "there is no such lake").kind != .folder
        {
            throw PipelineError(
                code: .notFound, location: root.path, reason: "a lake is a folder"
            )
        }
        if try hasLock() { return }
        guard try await hasYears() else {
            throw PipelineError(
                code: .notFound, location: "\(root)",
                reason:
                    "this \(isLocal ? "folder" : "prefix") is no lake: it has no year=… folders "
                    + "and no ingest made it"
            )
        }
    }

    /// Makes the folder of what is local by nature, which is the lake's own where it is on disk. That it
    /// cannot be made is no missing input.
    package func makeStateFolder() throws(PipelineError) {
        do throws(PipelineError) {
            try Folder.create(stateFolder, mode: isLocal ? 0o755 : 0o700)
            guard try FileStatus(of: stateFolder).kind == .folder else {
                throw PipelineError(
                    code: .inputOutput, location: stateFolder, reason: "is not a folder"
                )
            }
        } catch {
            throw PipelineError(
                code: .inputOutput, location: error.location, reason: error.reason
            )
        }
    }

    /// Whether a run has ever locked it here.
    private func hasLock() throws(PipelineError) -> Bool {
        guard FileStatus.isFolder(stateFolder) else { return false }
        return try OpenFolder(following: stateFolder).check(Self.lockName, is: .file) != nil
    }

    /// Makes sure that what the lake itself has made is what it was: folders and files, and no links to
    /// others, in which a run would write and clear up.
    ///
    /// - Parameter state: the folder of what is local by nature.
    /// - Throws: ``PipelineError`` with `damagedLake`, which names what is not.
    func checkOwnEntries(in state: OpenFolder) throws(PipelineError) {
        for name in Self.ownFolders { try state.check(name, is: .folder) }
        for name in Self.ownFiles { try state.check(name, is: .file) }
    }

    private static let ownFolders = [
        stagingName, rejectedName, replacedName, damagedName, replayedName, FactFile.folder,
        conflictsName,
    ]
    private static let ownFiles =
        [lockName, settingsName] + LedgerFile.endings.map { ledgerName + $0 }

    /// Whether there are folders of years, in which days lie.
    package func hasYears() async throws(PipelineError) -> Bool {
        if isLocal { return try !yearFolders().isEmpty }
        return try await stores.remote.hasObjects(beginningAs: root.appending("year="))
    }
}
