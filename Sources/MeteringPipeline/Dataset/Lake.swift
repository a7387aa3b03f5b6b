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

    /// `bedrock-usage-20251207.json.gz`.
    static func fileName(of day: UsageDay) -> String {
        "bedrock-usage-\(PartitionSpec.values(of: day).joined()).json.gz"
    }

    func file(of day: UsageDay) -> String {
        "\(folder(of: day))/\(Self.fileName(of: day))"
    }

    /// What Athena would read as a day: its file, and files that something else has put beside it.
    struct Partition: Sendable {
        let day: UsageDay
        /// The day's own file, nil where there is none yet.
        let file: LocalStore.Object?
        /// Other visible files, such as the public sample's `bedrock-usage-20251207.json`.
        let others: [LocalStore.Object]
        /// Why the day's own file can be neither read nor written, where it is so.
        let damage: PipelineError?
    }

    /// The partition of `day`; empty where it has no folder.
    func partition(of day: UsageDay) throws(PipelineError) -> Partition {
        let folder = folder(of: day)
        let own = file(of: day)
        let damage = damage(of: day)
        guard FileStatus.isFolder(folder) else {
            return Partition(day: day, file: nil, others: [], damage: damage)
        }
        let objects = try store.objects(at: folder).filter { object in
            let path = object.path.dropFirst(folder.count + 1)
            return !path.split(separator: "/").contains { $0.hasPrefix("_") || $0.hasPrefix(".") }
        }
        return Partition(
            day: day, file: objects.first { $0.path == own },
            // What lies in a folder in the place of the file is neither the day's nor beside it.
            others: objects.filter { $0.path != own && !$0.path.hasPrefix(own + "/") },
            damage: damage
        )
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
        guard FileStatus.isFolder(file(of: day)) else { return nil }
        return PipelineError(
            code: .damagedLake, location: file(of: day),
            reason: "is a folder in the place of a day's file"
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

    /// Takes over a file that was merged into day files: it is kept, but no longer read.
    func setAside(_ object: LocalStore.Object) throws(PipelineError) {
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
    }

    /// What is wrong with a day's file that holds something else than its rows.
    static func damaged(_ file: LocalStore.Object) -> PipelineError {
        PipelineError(
            code: .damagedLake, location: file.path,
            reason: "holds lines that are no usage rows of this day in order, so it was left alone"
        )
    }

    /// Forgets what a run that was interrupted has left half-written.
    func clearStaging() throws(PipelineError) {
        guard FileStatus.exists(stagingFolder) else { return }
        for name in try LocalStore.names(in: stagingFolder) {
            guard unlink("\(stagingFolder)/\(name)") == 0 else {
                throw FileDescriptor.failure("\(stagingFolder)/\(name)")
            }
        }
    }
}
