package import BedrockMetering

/// Day files as the ledger knows them.
extension Lake {
    /// The path of a day's file in the lake.
    package func location(of day: UsageDay, in format: LakeFormat) -> String {
        "\(PartitionSpec.path(of: day))/\(DayFile.name(of: day, in: format))"
    }

    package func location(of file: DayFile) -> String { location(of: file.day, in: file.format) }

    /// The day's file as the ledger names it; nil where that is no name of one.
    package func file(of day: LedgerDay) -> DayFile? {
        LakeFormat.allCases.first { day.file.hasSuffix($0.fileExtension) }.map { format in
            DayFile(
                day: day.day, format: format,
                object: StoredObject(location: root.appending(day.file))
            )
        }
    }

    /// Those of `days` whose files are what they were when they were recorded, with the files' versions;
    /// a day without usage is, as long as it has none.
    ///
    /// A file is read only where it may be another one of the same size, as in a lake that was copied.
    package func unchangedVersions(of days: [LedgerDay]) async -> [UsageDay: ObjectVersion] {
        var present: [ObjectLocation: ObjectVersion] = [:]
        var listing: [Partition]?
        // One listing tells as much as asking for each.
        if !isLocal, days.count > 4 { listing = try? await partitions() }
        for object in (listing ?? []).flatMap(\.files).map(\.object) {
            present[object.location] = object.listed
        }
        let filled = listing.map { Set($0.filter { !$0.files.isEmpty }.map(\.day)) }
        var versions: [UsageDay: ObjectVersion] = [:]
        for day in days {
            if day.isEmpty {
                let isFilled =
                    if let filled { filled.contains(day.day) } else {
                        try? await !partition(of: day.day).files.isEmpty
                    }
                if isFilled == false { versions[day.day] = .nothing }
                continue
            }
            let location = root.appending(day.file)
            var version = present[location]
            if version == nil { version = try? await stores[root].version(of: location) }
            guard let version, version.size == day.fileSize else { continue }
            if LedgerDay.tag(of: version) == day.fileTag {
                versions[day.day] = version
            } else if let copy = await copy(of: day), (try? copy.checksum()) == day.checksum {
                versions[day.day] = copy.version
            }
        }
        return versions
    }

    /// The version of a day's file where it is what it was when it was recorded; nil where it is not.
    ///
    /// - Throws: ``PipelineError`` where that cannot be told, as without a connection.
    func unchangedVersion(of day: LedgerDay) async throws(PipelineError) -> ObjectVersion? {
        if let version = await unchangedVersions(of: [day])[day.day] { return version }
        do throws(PipelineError) {
            _ = try await stores[root].version(of: root.appending(day.file))
        } catch {
            if error.isAccessFailure { throw error }
        }
        return nil
    }

    private func copy(of day: LedgerDay) async -> DayCopy? {
        guard let file = file(of: day) else { return nil }
        return try? await copy(of: file, in: .temporary)
    }
}

extension LedgerDay {
    /// What tells a version of a day's file from others of its size.
    package static func tag(of version: ObjectVersion) -> String {
        "\(version.modifiedNanoseconds ?? 0) \(version.tag)"
    }
}
