internal import BedrockMetering

/// A lake that is there, and its ledger, for jobs that read no sources.
package struct LakeLedger {
    package let lake: Lake
    /// The ledger's file.
    package let path: String

    /// - Throws: ``PipelineError`` with `notFound` where there is no lake.
    package init(
        lake root: String, ledger: String?, stores: Stores, overwritesUnconditionally: Bool = false
    ) async throws(PipelineError) {
        lake = Lake(
            at: try ObjectLocation(root), stores: stores,
            overwritesUnconditionally: overwritesUnconditionally)
        path = ledger ?? lake.ledgerFile
        try await lake.checkExistence()
    }

    /// The ledger to read; nothing is made or changed.
    package func reading() throws(PipelineError) -> Ledger { try Ledger(readingAt: path) }

    /// The ledger to read; nil where no run has made one yet.
    func readingIfThere() throws(PipelineError) -> Ledger? {
        do throws(PipelineError) {
            return try reading()
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// The ledger to write, which has to be there and sound. The lake's lock is held.
    package func writing() throws(PipelineError) -> Ledger {
        try reading().close()
        return try Ledger(at: path, isOwn: false)
    }
}
