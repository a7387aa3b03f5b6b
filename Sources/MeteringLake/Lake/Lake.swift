package import BedrockMetering

/// A lake: one file a day under `year=/month=/day=`, and what begins with `_`, which Athena does not
/// read.
///
/// What is local by nature, the ledger, the lock and files in the making, lies in the lake itself, or in
/// a folder of its own where the lake is in S3.
package struct Lake: Sendable {
    package let root: ObjectLocation
    package let stores: Stores
    /// The folder of what is local by nature.
    let stateFolder: String
    /// Whether day files are replaced even where the store cannot see to it that nobody else has replaced
    /// them meanwhile.
    package let overwritesUnconditionally: Bool
    private let conditions: ConditionCheck

    package init(at root: ObjectLocation, stores: Stores, overwritesUnconditionally: Bool = false) {
        var path = root.path
        if let bucket = root.bucket {
            if path.utf8.last == UInt8(ascii: "/") {
                path = String(Substring(path.utf8.dropLast()))
            }
            self.root = ObjectLocation(key: path, in: bucket)
            stateFolder = stores.stateFolder(of: self.root)
        } else {
            while path.utf8.count > 1 && path.hasSuffix("/") { path.removeLast() }
            self.root = ObjectLocation(path: path)
            stateFolder = path
        }
        self.stores = stores.naming(self.root)
        self.overwritesUnconditionally = overwritesUnconditionally
        conditions = ConditionCheck()
    }

    /// Where the ledger is unless it was put elsewhere.
    package var ledgerFile: String { "\(stateFolder)/\(Self.ledgerName)" }

    static let ledgerName = "_ledger.sqlite"
    static let lockName = "_lock"
    static let rejectedName = "_rejected"
    /// Where files go that were taken over into day files.
    ///
    /// In this folder, and in those beside it, no name is one that patterns for data take; see
    /// ``PlainName/hidden(_:ending:)``.
    package static let replacedName = "_replaced"
    /// Day files that could not be read when their days were rebuilt.
    static let damagedName = "_damaged"
    /// Lines that were repaired and taken back in.
    package static let replayedName = "_replayed"
    /// Lists of calls in conflict.
    static let conflictsName = "_conflicts"

    package var isLocal: Bool { root.bucket == nil }

    /// Where the file of a day lies, or would.
    package func place(of day: UsageDay, in format: LakeFormat) -> ObjectLocation {
        root.appending(location(of: day, in: format))
    }

    /// What Athena would read as a day: its file, and files that something else has put beside it.
    package struct Partition: Sendable {
        package let lake: Lake
        package let day: UsageDay
        /// The day's own file; none where there is none yet, and one of each format where a conversion
        /// was interrupted.
        package let files: [DayFile]
        /// Other visible files, such as the public sample's `bedrock-usage-20251207.json`.
        package let others: [StoredObject]
        /// Why the day's own file can be neither read nor written, where it is so.
        package let damage: PipelineError?

        package init(
            lake: Lake, day: UsageDay, files: [DayFile], others: [StoredObject],
            damage: PipelineError?
        ) {
            self.lake = lake
            self.day = day
            self.files = files
            self.others = others
            self.damage = damage
        }

        /// Whether there is nothing of the day, not even what keeps it from being read.
        package var isEmpty: Bool { files.isEmpty && others.isEmpty && damage == nil }

        package func file(in format: LakeFormat) -> DayFile? {
            files.first { $0.format == format }
        }

        /// The day's own file where it has one; nil where it has none.
        ///
        /// - Throws: ``PipelineError`` with `damagedLake` where it can be neither read nor written, and
        ///   where there is one of each format.
        package func soundFile() throws(PipelineError) -> DayFile? {
            if let damage { throw damage }
            guard files.count < 2 else {
                throw PipelineError(
                    code: .damagedLake, location: files[1].object.name,
                    reason: "lies beside the day's file of the other format, as an interrupted "
                        + "conversion leaves it; finish it with "
                        + "\(lake.command("convert", "--to", LakeFormat.parquet.rawValue)), or --to "
                        + LakeFormat.json.rawValue
                )
            }
            return files.first
        }
    }

    /// The format of most day files in `partitions`, which new days take; nil where there are none.
    ///
    /// There are both where a conversion was interrupted, or left a damaged day as it was; each day keeps
    /// its own until the conversion is complete.
    package static func format(of partitions: [Partition]) -> LakeFormat? {
        let formats = partitions.flatMap(\.files).map(\.format)
        guard !formats.isEmpty else { return nil }
        return formats.count { $0 == .parquet } * 2 < formats.count ? .json : .parquet
    }

    /// The partition of `day`; empty where it has none.
    package func partition(of day: UsageDay) async throws(PipelineError) -> Partition {
        if isLocal { return try localPartition(of: day) }
        return try await partitions(in: .day(day)).first
            ?? Partition(lake: self, day: day, files: [], others: [], damage: nil)
    }

    /// The partitions of `period`, or all where nil, in the order of their days.
    package func partitions(in period: UsagePeriod? = nil) async throws(PipelineError)
        -> [Partition]
    {
        if isLocal { return try localPartitions(in: period) }
        return try await listedPartitions(in: period)
    }

    /// The partition of `day`, whose visible objects are `objects`.
    package func partition(
        of day: UsageDay, holding objects: [StoredObject], damage: PipelineError? = nil
    ) -> Partition {
        var files: [DayFile] = []
        var others = objects
        for format in LakeFormat.allCases {
            let place = place(of: day, in: format)
            guard let index = others.firstIndex(where: { $0.location == place }) else { continue }
            files.append(DayFile(day: day, format: format, object: others.remove(at: index)))
        }
        return Partition(
            lake: self, day: day, files: files, others: others, damage: damage)
    }

    /// The objects under a name in the lake; none where there is no such thing.
    package func objects(under name: String) async throws(PipelineError) -> [StoredObject] {
        do throws(PipelineError) {
            return try await stores.objects(at: root.appending("\(name)/"))
        } catch {
            guard error.code == .notFound else { throw error }
            return []
        }
    }

    /// Sources that the lake itself keeps: files that were taken over, and lines that were repaired.
    package func keptObjects() async throws(PipelineError) -> [StoredObject] {
        try await objects(under: Self.replacedName) + objects(under: Self.replayedName)
    }

    /// Takes over a file that was merged into day files: it is kept, but no longer read.
    ///
    /// - Returns: where it is now.
    package func setAside(_ object: StoredObject) async throws(PipelineError) -> StoredObject {
        let name = root.name(of: object.location) ?? object.location.path
        return try await stores[root].move(
            object,
            to: root.appending(
                PlainName.hidden("\(Self.replacedName)/\(name)", ending: "replaced")))
    }

    /// Opens a day's file for a merge.
    ///
    /// - Parameter place: where to put what has to be downloaded.
    package func copy(of file: DayFile, in place: ScratchFolder = .staging) async throws -> DayCopy
    {
        if isLocal { return try DayCopy(opening: file, from: stores.local) }
        let folder = try scratch(place)
        do {
            return try await DayCopy(downloading: file, from: stores, to: folder)
        } catch let error as PipelineError where error.code == .inputOutput {
            // What came may not be what was stored, or the file may be another one by now.
            return try await DayCopy(downloading: file, from: stores, to: folder)
        }
    }

    /// Puts a day's file in place, where what was there is still `replaced`, or still nothing.
    ///
    /// - Returns: its version; nil where somebody else was faster, and nothing was changed.
    package func place(
        _ staged: StagedFile, of day: UsageDay, in format: LakeFormat, replacing replaced: DayCopy?
    ) async throws(PipelineError) -> ObjectVersion? {
        var condition = replaced.map { PlacementCondition.version($0.version) } ?? .nothing
        if overwritesUnconditionally { condition = .anything }
        try await checkConditions()
        return try await stores[root].place(
            staged, at: place(of: day, in: format), where: condition)
    }

    /// Makes sure that the store heeds conditions on writes, unless it is not to be relied on.
    func checkConditions() async throws(PipelineError) {
        if !overwritesUnconditionally { try await conditions.check(self) }
    }

    /// Puts a file in place where there is none; returns whether there was none.
    package func create(
        _ staged: StagedFile, at place: ObjectLocation
    ) async throws(PipelineError) -> Bool {
        try await checkConditions()
        return try await stores[root].place(staged, at: place, where: .nothing) != nil
    }

    /// Puts a file of rejected or repaired lines in place, whose name follows from what it holds.
    package func keep(_ staged: StagedFile, at name: String) async throws(PipelineError) {
        _ = try await stores[root].place(staged, at: root.appending(name), where: .anything)
    }

    /// Keeps the bytes of a day's file that cannot be read, before another one takes its place.
    ///
    /// - Returns: where they are.
    package func keep(damaged copy: DayCopy) async throws(PipelineError) -> ObjectLocation {
        let checksum = try copy.checksum()
        let name = PlainName.hidden(
            "\(Self.damagedName)/\(location(of: copy.file))-\(checksum)", ending: "damaged")
        let staged = try StagedFile(in: self)
        var chunks = ObjectChunks(of: copy.bytes)
        while let chunk = try chunks.next() { try staged.write(chunk) }
        try await keep(staged, at: name)
        return root.appending(name)
    }

    /// Takes away a day's file that another one has replaced.
    ///
    /// - Returns: false where somebody has changed it since it was copied; it stays then.
    package func remove(_ copy: DayCopy) async throws(PipelineError) -> Bool {
        try await stores[root].remove(copy.file.object.location, version: copy.version)
    }
}
