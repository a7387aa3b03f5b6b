internal import BedrockMetering

/// A lake that is there, and its ledger, for jobs that read no sources.
struct LakeLedger {
    let lake: Lake
    /// The ledger's file.
    let path: String

    /// - Throws: ``PipelineError`` with `notFound` where there is no such folder.
    init(lake root: String, ledger: String?) throws(PipelineError) {
        lake = Lake(at: root)
        path = ledger ?? lake.ledgerFile
        guard try FileStatus(of: lake.root).kind == .folder else {
            throw PipelineError(code: .notFound, location: root, reason: "a lake is a folder")
        }
    }

    /// The ledger to read; nothing is made or changed.
    func reading() throws(PipelineError) -> Ledger { try Ledger(readingAt: path) }

    /// The ledger to write, which has to be there and sound. The lake's lock is held.
    func writing() throws(PipelineError) -> Ledger {
        try reading().close()
        return try Ledger(at: path, isOwn: false)
    }
}
