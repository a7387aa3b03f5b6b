/// Whether there is a lake.
extension Lake {
    /// Refuses a place where no ingest has made or filled anything: it has no lock and no partitions.
    func checkExistence() async throws(PipelineError) {
        try await checkPlace()
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

    /// Refuses what is no folder, or has nothing in it where folders are no more than that.
    func checkPlace() async throws(PipelineError) {
        guard isLocal else {
            let inside = ObjectLocation(key: root.folderPath, in: root.bucket ?? "")
            if FileStatus.exists(lockFile) { return }
            guard try await stores.s3.hasObjects(beginningAs: inside) else {
                throw PipelineError(
                    code: .notFound, location: "\(root)", reason: "there is no such lake"
                )
            }
            return
        }
        guard try FileStatus(of: root.path).kind == .folder else {
            throw PipelineError(
                code: .notFound, location: root.path, reason: "a lake is a folder"
            )
        }
    }
}
