internal import BedrockMetering

/// The partitions of a lake on a file system.
extension Lake {
    private func folder(of day: UsageDay) -> String {
        "\(root.path)/\(PartitionSpec.path(of: day))"
    }

    func localPartition(of day: UsageDay) throws(PipelineError) -> Partition {
        let folder = folder(of: day)
        let damage = damage(of: day)
        guard FileStatus.isFolder(folder) else {
            return Partition(day: day, files: [], others: [], damage: damage)
        }
        let places = LakeFormat.allCases.map { "\(place(of: day, in: $0).path)/" }
        let objects = try LocalStore().objects(at: ObjectLocation(path: folder)).filter { object in
            let path = object.location.path.utf8
            // What lies in a folder in the place of the file is neither the day's nor beside it.
            return Self.isVisible(path.dropFirst(folder.utf8.count + 1))
                && !places.contains { path.starts(with: $0.utf8) }
        }
        return partition(of: day, holding: objects, damage: damage)
    }

    /// Whether an object of a partition, given its path in there, may hold rows: it is none of those
    /// that Athena does not read, such as `_SUCCESS`, and no checksum or stand-in for a folder, which
    /// Hadoop's writers leave.
    static func isVisible(_ path: Substring.UTF8View) -> Bool {
        let isHidden = path.split(separator: UInt8(ascii: "/")).contains {
            $0.first == UInt8(ascii: "_") || $0.first == UInt8(ascii: ".")
        }
        let isLeftover = [".crc", "_$folder$"].contains {
            path.reversed().starts(with: $0.utf8.reversed())
        }
        return !isHidden && !isLeftover
    }

    func localPartitions(in period: UsagePeriod?) throws(PipelineError) -> [Partition] {
        var partitions: [Partition] = []
        if let period {
            for day in period.days { partitions.append(try localPartition(of: day)) }
            return partitions
        }
        for year in try yearFolders() {
            for month in try folders(in: "\(root.path)/\(year)", key: 1) {
                for day in try folders(in: "\(root.path)/\(year)/\(month)", key: 2) {
                    if let day = PartitionSpec.day(ofPath: "\(year)/\(month)/\(day)") {
                        partitions.append(try localPartition(of: day))
                    }
                }
            }
        }
        return partitions.sorted { $0.day < $1.day }
    }

    func yearFolders() throws(PipelineError) -> [String] {
        try folders(in: root.path, key: 0)
    }

    /// The names of a partition key's folders. Files of such names are no part of the lake.
    private func folders(in folder: String, key: Int) throws(PipelineError) -> [String] {
        try LocalStore.names(in: folder).filter { name in
            name.hasPrefix("\(PartitionSpec.keys[key])=")
                && FileStatus.isFolder("\(folder)/\(name)")
        }
    }

    /// What keeps a day from being read or written: a file in the place of one of its folders, or a
    /// folder in the place of its file.
    private func damage(of day: UsageDay) -> PipelineError? {
        var path = root.path
        for part in PartitionSpec.path(of: day).split(separator: "/") {
            path += "/\(part)"
            guard FileStatus.exists(path) else { return nil }
            guard FileStatus.isFolder(path) else {
                return PipelineError(
                    code: .damagedLake, location: path,
                    reason: "is in the place of a folder of the lake, and none"
                )
            }
        }
        let files = LakeFormat.allCases.map { place(of: day, in: $0).path }
        guard let folder = files.first(where: FileStatus.isFolder) else { return nil }
        return PipelineError(
            code: .damagedLake, location: folder, reason: "is a folder in the place of a day's file"
        )
    }
}
