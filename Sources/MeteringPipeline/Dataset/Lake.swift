internal import BedrockMetering
internal import Foundation

/// A lake on a file system: one file a day under `year=/month=/day=`, and what begins with `_`,
/// which Athena does not read.
struct Lake: Sendable {
    let root: String
    let store = LocalStore()

    init(at root: String) {
        var root = root
        while root.utf8.count > 1 && root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    var stagingFolder: String { "\(root)/_staging" }
    var rejectedFolder: String { "\(root)/_rejected" }
    /// Where files go that were taken over into day files.
    var replacedFolder: String { "\(root)/_replaced" }
    /// Lines that were repaired and taken back in.
    var replayedFolder: String { "\(root)/_replayed" }
    /// Where the ledger is unless it was put elsewhere.
    var ledgerFile: String { "\(root)/_ledger.sqlite" }
    var lockFile: String { "\(root)/_lock" }

    /// Refuses a folder that no ingest has made or filled: it has no lock and no partitions.
    func checkExistence() throws(PipelineError) {
        guard try FileStatus(of: root).kind == .folder else {
            throw PipelineError(code: .notFound, location: root, reason: "a lake is a folder")
        }
        if FileStatus.exists(lockFile) { return }
        guard try !folders(in: root, key: 0).isEmpty else {
            throw PipelineError(
                code: .notFound, location: root,
                reason: "this folder is no lake: it has no year=… folders and no ingest made it"
            )
        }
    }

    func folder(of day: UsageDay) -> String {
        "\(root)/\(PartitionSpec.path(of: day))"
    }

    /// Where the file of a day lies, or would.
    func path(of day: UsageDay, in format: LakeFormat) -> String {
        "\(folder(of: day))/\(DayFile.name(of: day, in: format))"
    }

    /// What Athena would read as a day: its file, and files that something else has put beside it.
    struct Partition: Sendable {
        let day: UsageDay
        /// The day's own file; none where there is none yet, and one of each format where a conversion
        /// was interrupted.
        let files: [DayFile]
        /// Other visible files, such as the public sample's `bedrock-usage-20251207.json`.
        let others: [LocalStore.Object]
        /// Why the day's own file can be neither read nor written, where it is so.
        let damage: PipelineError?

        func file(in format: LakeFormat) -> DayFile? {
            files.first { $0.format == format }
        }
    }

    /// The partition of `day`; empty where it has no folder.
    func partition(of day: UsageDay) throws(PipelineError) -> Partition {
        let folder = folder(of: day)
        let damage = damage(of: day)
        guard FileStatus.isFolder(folder) else {
            return Partition(day: day, files: [], others: [], damage: damage)
        }
        let objects = try store.objects(at: folder).filter { object in
            let path = object.path.dropFirst(folder.count + 1)
            return !path.split(separator: "/").contains { $0.hasPrefix("_") || $0.hasPrefix(".") }
        }
        var files: [DayFile] = []
        var others = objects
        for format in LakeFormat.allCases {
            let path = path(of: day, in: format)
            // What lies in a folder in the place of the file is neither the day's nor beside it.
            others.removeAll { $0.path.hasPrefix(path + "/") }
            guard let index = others.firstIndex(where: { $0.path == path }) else { continue }
            files.append(DayFile(day: day, format: format, object: others.remove(at: index)))
        }
        return Partition(day: day, files: files, others: others, damage: damage)
    }

    /// The format of the day files in `partitions`; nil where there are none.
    ///
    /// - Throws: ``PipelineError`` with `damagedLake` where there are both.
    func format(of partitions: [Partition]) throws(PipelineError) -> LakeFormat? {
        let formats = Set(partitions.flatMap { $0.files.map(\.format) })
        guard formats.count < 2 else {
            throw PipelineError(
                code: .damagedLake, location: root,
                reason: "holds day files of both formats, as an interrupted conversion leaves it; "
                    + "finish it with meter-etl convert"
            )
        }
        return formats.first
    }

    /// What keeps a day from being read or written: a file in the place of one of its folders, or a
    /// folder in the place of its file.
    private func damage(of day: UsageDay) -> PipelineError? {
        var path = root
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
        let files = LakeFormat.allCases.map { self.path(of: day, in: $0) }
        guard let folder = files.first(where: FileStatus.isFolder) else { return nil }
        return PipelineError(
            code: .damagedLake, location: folder, reason: "is a folder in the place of a day's file"
        )
    }

    /// All partitions, in the order of their days.
    func partitions() throws(PipelineError) -> [Partition] {
        var partitions: [Partition] = []
        for year in try folders(in: root, key: 0) {
            for month in try folders(in: "\(root)/\(year)", key: 1) {
                for day in try folders(in: "\(root)/\(year)/\(month)", key: 2) {
                    if let day = PartitionSpec.day(ofPath: "\(year)/\(month)/\(day)") {
                        partitions.append(try partition(of: day))
                    }
                }
            }
        }
        return partitions.sorted { $0.day < $1.day }
    }

    /// The names of a partition key's folders. Files of such names are no part of the lake.
    private func folders(in folder: String, key: Int) throws(PipelineError) -> [String] {
        try LocalStore.names(in: folder).filter { name in
            name.hasPrefix("\(PartitionSpec.keys[key])=")
                && FileStatus.isFolder("\(folder)/\(name)")
        }
    }

    /// Sources that the lake itself keeps: files that were taken over, and lines that were repaired.
    func keptObjects() throws(PipelineError) -> [LocalStore.Object] {
        var objects: [LocalStore.Object] = []
        for folder in [replacedFolder, replayedFolder] where FileStatus.exists(folder) {
            objects += try store.objects(at: folder)
        }
        return objects
    }

    /// Takes over a file that was merged into day files: it is kept, but no longer read.
    ///
    /// - Returns: where it is now.
    func setAside(
        _ object: LocalStore.Object
    ) throws(PipelineError) -> LocalStore.Object {
        let path = replacedFolder + object.path.dropFirst(root.count)
        // One that was taken over before, under the same name, stays as well.
        var target = path
        var copies = 0
        while FileStatus.exists(target) {
            copies += 1
            target = "\(path).\(copies)"
        }
        try Folder.create(Folder.parent(of: target))
        guard rename(object.path, target) == 0 else { throw FileDescriptor.failure(object.path) }
        try Folder.synchronize(Folder.parent(of: object.path))
        return LocalStore.Object(path: target)
    }

    /// Takes away a day's file that another one has replaced.
    func remove(_ file: DayFile) throws(PipelineError) {
        guard unlink(file.object.path) == 0 else {
            throw FileDescriptor.failure(file.object.path)
        }
        try Folder.synchronize(Folder.parent(of: file.object.path))
    }

    /// Forgets what a run that was interrupted has left half-written.
    func clearStaging() throws(PipelineError) {
        guard FileStatus.exists(stagingFolder) else { return }
        for name in try LocalStore.names(in: stagingFolder) {
            let path = "\(stagingFolder)/\(name)"
            if unlink(path) == 0 { continue }
            // What unlink(2) says of a folder, on Linux and elsewhere.
            guard errno == EISDIR || errno == EPERM else { throw FileDescriptor.failure(path) }
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw PipelineError(
                    code: .inputOutput, location: path, reason: "cannot be removed"
                )
            }
        }
    }
}
