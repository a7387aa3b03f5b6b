/// Whether there is a lake.
extension Lake {
    /// Refuses a place where no ingest has made or filled anything: it has no lock and no partitions.
    func checkExistence() async throws(PipelineError) {
        if isLocal,
            try FileStatus(of: root.path, missing: "there is no such lake").kind != .folder
        {
            throw PipelineError(
                code: .notFound, location: root.path, reason: "a lake is a folder"
            )
        }
        if FileStatus.exists(lockFile) { return }
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
    func makeStateFolder() throws(PipelineError) {
        do throws(PipelineError) {
            try Folder.create(stateFolder)
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

    /// Whether there are folders of years, in which days lie.
    func hasYears() async throws(PipelineError) -> Bool {
        if isLocal { return try !yearFolders().isEmpty }
        return try await stores.s3.hasObjects(beginningAs: root.appending("year="))
    }
}
