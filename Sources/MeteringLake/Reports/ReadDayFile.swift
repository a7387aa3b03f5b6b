internal import BedrockMetering

/// A day's file as somebody has read it.
struct ReadDayFile: Sendable {
    let file: DayFile
    /// The version that was read; nil where that cannot be told.
    let version: ObjectVersion?
    /// The checksum of what was read; nil where not all bytes were.
    let checksum: Checksum?

    /// Whether it is the file that was recorded of the day: its bytes where all were read, or else its size and
    /// what else tells it from others.
    func isRecorded(as day: LedgerDay) -> Bool {
        if let checksum { return checksum == day.checksum }
        guard let version else { return false }
        return version.size == day.fileSize && LedgerDay.tag(of: version) == day.fileTag
    }
}

extension DayCopy {
    /// The file as it was read, with the checksum of all bytes unless it is known by its version.
    func asRead(recorded: LedgerDay?) throws(PipelineError) -> ReadDayFile {
        let known = ReadDayFile(file: file, version: version, checksum: nil)
        guard let recorded, !known.isRecorded(as: recorded) else { return known }
        return ReadDayFile(file: file, version: version, checksum: try checksum())
    }
}
