internal import BedrockMetering

/// The facts of a lake where they lie: one object each, made only where there is none, and never changed
/// or taken away.
package struct LakeFacts: Sendable {
    package let lake: Lake

    package init(of lake: Lake) {
        self.lake = lake
    }

    /// What lies among the facts.
    package struct Listing: Sendable {
        package var facts: [Int: StoredObject] = [:]
        package var foreign: [String] = []

        /// What is no fact, as verification names it.
        package var breaks: [FactBreak] { foreign.map { .foreign(name: $0) } }
    }

    package func list() async throws(PipelineError) -> Listing {
        let folder = lake.root.appending(FactFile.folder)
        var listing = Listing()
        for object in try await lake.objects(under: FactFile.folder) {
            let name = folder.name(of: object.location) ?? object.name
            if let sequence = FactFile.sequence(of: name) {
                listing.facts[sequence] = object
            } else if !name.hasPrefix(".") {
                listing.foreign.append(name)
            }
        }
        return listing
    }

    /// The facts of a listing with numbers that `isWanted`, in their order.
    ///
    /// - Throws: ``PipelineError`` where one cannot be read; one that is damaged is no such error.
    package func read(
        _ listing: Listing, where isWanted: (Int) -> Bool = { _ in true }
    ) async throws(PipelineError) -> [StoredFact] {
        let wanted = listing.facts.filter { isWanted($0.key) }.sorted { $0.key < $1.key }
        let stores = lake.stores
        let read = await Ahead.map(wanted) { sequence, object in
            do {
                let bytes = try await stores.read(object)
                return Result<StoredFact, PipelineError>.success(
                    StoredFact(sequence: sequence, bytes: bytes))
            } catch {
                return .failure(
                    error as? PipelineError
                        ?? PipelineError(
                            code: .inputOutput, location: object.name, reason: "\(error)"))
            }
        }
        var facts: [StoredFact] = []
        for fact in read { facts.append(try fact.get()) }
        return facts
    }

    /// Makes a fact, where there is none of its number. The lake's lock is held.
    ///
    /// - Returns: false where there is one; nothing was changed then.
    package func make(_ fact: StoredFact) async throws(PipelineError) -> Bool {
        let staged = try StagedFile(in: lake)
        try staged.write(fact.bytes)
        let target = lake.root.appending(
            "\(FactFile.folder)/\(FactFile.name(of: fact.sequence))")
        if lake.isLocal { return try lake.stores.local.placeAnew(staged, at: target) }
        try await lake.checkConditions()
        var condition = PlacementCondition.nothing
        if lake.overwritesUnconditionally {
            if try await lake.stores.remote.hasObjects(beginningAs: target) { return false }
            condition = .anything
        }
        return try await lake.stores.remote.place(staged, at: target, where: condition) != nil
    }
}
