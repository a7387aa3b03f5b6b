internal import BedrockMetering

/// The partitions of a lake on a file system.
extension Lake {
    func localPartition(of day: UsageDay) throws(PipelineError) -> Partition {
        func partition(damage: PipelineError? = nil) -> Partition {
            Partition(lake: self, day: day, files: [], others: [], damage: damage)
        }
        guard FileStatus.isFolder(root.path) else { return partition() }
        var folder = try OpenFolder(following: root.path)
        for name in PartitionSpec.path(of: day).split(separator: "/").map(String.init) {
            guard let status = try folder.status(of: name) else { return partition() }
            guard status.kind == .folder else {
                return partition(
                    damage: .misplaced(status.kind, at: folder.path(of: name), in: .folder))
            }
            folder = try folder.folder(name)
        }
        var damage: PipelineError?
        var damaged: [String] = []
        for name in LakeFormat.allCases.map({ DayFile.name(of: day, in: $0) }) {
            do throws(PipelineError) {
                try folder.check(name, is: .file)
            } catch {
                damage = damage ?? error
                damaged.append(error.location)
            }
        }
        let objects = try stores.local.objects(at: ObjectLocation(path: folder.path)).filter {
            let path = $0.location.path
            // What is in the place of the file, or lies in there, is neither the day's nor beside it.
            return Self.isVisible(path.utf8.dropFirst(folder.path.utf8.count + 1))
                && !damaged.contains { "\(path)/".utf8.starts(with: "\($0)/".utf8) }
        }
        return self.partition(of: day, holding: objects, damage: damage)
    }

    /// Whether an object of a partition, given its path in there, may hold rows: it is none of those
    /// that Athena does not read, such as `_SUCCESS`, and no checksum or stand-in for a folder, which
    /// Hadoop's writers leave.
    package static func isVisible(_ path: Substring.UTF8View) -> Bool {
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
        let root = try OpenFolder(following: root.path)
        for year in try yearFolders() {
            let yearFolder = try root.folder(year)
            for month in try folders(in: yearFolder, key: 1) {
                for day in try folders(in: try yearFolder.folder(month), key: 2) {
                    if let day = PartitionSpec.day(ofPath: "\(year)/\(month)/\(day)") {
                        partitions.append(try localPartition(of: day))
                    }
                }
            }
        }
        return partitions.sorted { $0.day < $1.day }
    }

    func yearFolders() throws(PipelineError) -> [String] {
        try folders(in: try OpenFolder(following: root.path), key: 0)
    }

    /// The names of a partition key's folders. Files of such names are no part of the lake. Links are
    /// refused: that of a day with its day, and others at once, since nobody knows what days lie behind them.
    private func folders(in folder: OpenFolder, key: Int) throws(PipelineError) -> [String] {
        var names: [String] = []
        for name in try folder.names() where name.hasPrefix("\(PartitionSpec.keys[key])=") {
            switch try folder.status(of: name)?.kind {
            case .folder: names.append(name)
            case .link where key == PartitionSpec.keys.count - 1: names.append(name)
            case .link: try folder.check(name, is: .folder)
            case .file, .pipe, .other, nil: break
            }
        }
        return names
    }
}
