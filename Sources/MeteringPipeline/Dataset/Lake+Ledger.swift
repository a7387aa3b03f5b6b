internal import BedrockMetering

/// Day files as the ledger knows them.
extension Lake {
    /// The path of a day's file in the lake.
    func location(of day: UsageDay, in format: LakeFormat) -> String {
        "\(PartitionSpec.path(of: day))/\(DayFile.name(of: day, in: format))"
    }

    func location(of file: DayFile) -> String { location(of: file.day, in: file.format) }

    /// The version of a day's file where it is what it was when it was recorded; nil where it is not.
    ///
    /// It is read only where it may be another file of the same size, as in a lake that was copied.
    func unchangedVersion(of day: LedgerDay) -> ObjectVersion? {
        let path = "\(root)/\(day.file)"
        guard let status = try? FileStatus(of: path), status.kind == .file,
            status.size == day.fileSize,
            LedgerDay.tag(of: status.version) == day.fileTag
                || (try? Checksum(ofFileAt: path)) == day.checksum
        else { return nil }
        return status.version
    }
}

extension LedgerDay {
    /// What tells a version of a day's file from others of its size.
    static func tag(of version: ObjectVersion) -> String {
        "\(version.modifiedNanoseconds ?? 0) \(version.tag)"
    }
}
