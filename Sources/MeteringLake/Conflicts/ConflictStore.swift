internal import BedrockMetering

/// The calls in conflict of a lake where they lie: one file a day, readable by every machine.
///
/// A version that is no row of the day's file is nowhere else, so it is here before the day's file takes
/// its place.
struct ConflictStore: Sendable {
    let lake: Lake

    /// How often a file is merged again that others have changed meanwhile.
    private static let attempts = 20

    /// The files of days that have calls in conflict.
    func list() async throws(PipelineError) -> [UsageDay: StoredObject] {
        let folder = lake.root.appending(Lake.conflictsName)
        var files: [UsageDay: StoredObject] = [:]
        for object in try await lake.objects(under: Lake.conflictsName) {
            let name = folder.name(of: object.location) ?? object.name
            if let day = ConflictFile.day(of: name) { files[day] = object }
        }
        return files
    }

    /// The calls in conflict of a day; none where there is no file.
    func read(_ day: UsageDay) async throws -> [StoredConflict] {
        try await readVersion(day).conflicts
    }

    private func readVersion(
        _ day: UsageDay
    ) async throws -> (conflicts: [StoredConflict], version: ObjectVersion?) {
        let location = location(of: day)
        do {
            let body = try await lake.stores.open(StoredObject(location: location))
            var bytes: [UInt8] = []
            while try await body.next({ bytes += $0 }) {}
            guard let conflicts = ConflictFile.decode(bytes, of: day), let version = body.version
            else {
                throw PipelineError(
                    code: .damagedLake, location: "\(location)",
                    reason:
                        "is no list of calls in conflict, or one that is damaged; the day is as it "
                        + "was; bring the file back from a backup or an older version of the object, or "
                        + "move it away and run \(lake.rebuilding(day)), which lists them again"
                )
            }
            return (conflicts, version)
        } catch let error as PipelineError where error.code == .notFound {
            return ([], nil)
        }
    }

    /// Adds calls and versions to those of a day. The lake's lock is held.
    ///
    /// - Parameter decided: calls that stay listed even where one version is left that all others are
    ///   snapshots of, since somebody has decided for another one.
    func add(
        _ conflicts: [StoredConflict], on day: UsageDay, decided: Set<CallKey>
    ) async throws {
        guard !conflicts.isEmpty else { return }
        for _ in 1...Self.attempts {
            let (present, version) = try await readVersion(day)
            let merged = Self.union(present, conflicts).filter {
                $0.call.isConflict || decided.contains($0.key)
            }
            if merged == present { return }
            if try await place(merged, of: day, replacing: version) { return }
        }
        throw PipelineError.contention(location(of: day))
    }

    /// All calls of both with all versions.
    static func union(
        _ left: [StoredConflict], _ right: [StoredConflict]
    ) -> [StoredConflict] {
        var merged = Dictionary(left.map { ($0.key, $0) }) { $0.union($1) }
        for conflict in right {
            merged[conflict.key] = merged[conflict.key]?.union(conflict) ?? conflict
        }
        return merged.values.sorted { $0.key < $1.key }
    }

    private func location(of day: UsageDay) -> ObjectLocation {
        lake.root.appending("\(Lake.conflictsName)/\(ConflictFile.name(of: day))")
    }

    /// - Returns: false where somebody else was faster, and nothing was changed.
    private func place(
        _ conflicts: [StoredConflict], of day: UsageDay, replacing version: ObjectVersion?
    ) async throws(PipelineError) -> Bool {
        let staged = try StagedFile(in: lake)
        try staged.write(ConflictFile.encode(conflicts))
        return try await lake.put(staged, at: location(of: day), replacing: version) != nil
    }
}

extension Lake {
    /// Puts a file in place, where what was there is still `version`, or still nothing.
    ///
    /// - Returns: its version; nil where somebody else was faster, and nothing was changed.
    fileprivate func put(
        _ staged: StagedFile, at location: ObjectLocation, replacing version: ObjectVersion?
    ) async throws(PipelineError) -> ObjectVersion? {
        try await checkConditions()
        let condition = version.map { PlacementCondition.version($0) } ?? .nothing
        return try await stores[root].place(
            staged, at: location, where: overwritesUnconditionally ? .anything : condition)
    }
}
