package import BedrockMetering
internal import GRDB

/// Files of days that runs announce before they put them in place.
///
/// A run records days once all of them are in place. Whoever reads one before that, or after the run was
/// killed, finds a file that the ledger does not know of the day, and that is nobody else's all the same.
extension Ledger {
    /// Notes that the file of `day` is about to be one of `checksum`; nothing where the ledger has nothing of
    /// the day that this would contradict.
    package func announce(_ checksum: Checksum, of day: UsageDay) throws(PipelineError) {
        try write { database in
            try database.change(
                """
                INSERT INTO announced_file (day, sha256)
                SELECT day, \(checksum.description) FROM day WHERE day = \(day)
                ON CONFLICT (day, sha256) DO NOTHING
                """
            )
        }
    }

    /// The files of days of `period` that were announced, and not recorded since.
    func announcedFiles(
        in period: UsagePeriod? = nil
    ) throws(PipelineError) -> [UsageDay: Set<Checksum>] {
        try read { database in
            var files: [UsageDay: Set<Checksum>] = [:]
            let rows = try database.rows(
                "SELECT day, sha256 FROM announced_file WHERE \(Self.isDay(in: period))")
            for row in rows {
                let checksum = try row.parsed("sha256") { Checksum($0) }
                files[try row.day("day"), default: []].insert(checksum)
            }
            return files
        }
    }

    /// Forgets what was announced of a day that is recorded.
    func forgetAnnouncements(of day: UsageDay, _ database: Database) throws {
        try database.change("DELETE FROM announced_file WHERE day = \(day)")
    }
}
