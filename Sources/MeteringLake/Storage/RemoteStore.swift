/// A store that is elsewhere, such as S3, with what a lake asks of it beyond objects.
package protocol RemoteStore: ObjectStore {
    /// Who answers; nil for AWS itself, whose names of buckets are unique.
    var address: StoreAddress? { get }

    /// The store, with `place` as what somebody has named: when the way to the store is at fault, errors
    /// name it for all below it.
    func naming(_ place: ObjectLocation) -> Self

    /// The objects whose names begin as `location` does, which may be none.
    func objects(
        beginningAs location: ObjectLocation
    ) async throws(PipelineError) -> [StoredObject]

    /// Whether there is an object whose name begins as `location` does.
    func hasObjects(beginningAs location: ObjectLocation) async throws(PipelineError) -> Bool

    /// The SHA-256 that an object notes of itself, as those do that a run has put there; nil if it notes
    /// none.
    ///
    /// - Throws: ``PipelineError`` with `notFound` if there is no such object.
    func notedChecksum(of location: ObjectLocation) async throws(PipelineError) -> Checksum?

    /// Some bytes of a version of an object.
    ///
    /// - Returns: nil if the object is another one by now.
    func read(
        _ range: Range<Int>, of location: ObjectLocation, in version: ObjectVersion
    ) async throws(PipelineError) -> [UInt8]?

    /// Puts a small object at `target`, if there is none.
    ///
    /// - Returns: its version; nil if there is one.
    func create(
        _ bytes: [UInt8], at target: ObjectLocation
    ) async throws(PipelineError) -> ObjectVersion?

    /// Whether the store honours conditions on writes, found out with a small object at `location`, which
    /// is taken away again.
    func honoursConditions(at location: ObjectLocation) async throws(PipelineError) -> Bool
}

/// Where a store answers that is not AWS's.
package struct StoreAddress: Sendable, Hashable {
    /// The host, with its port if it has one of its own.
    package let authority: String
    /// The whole URL.
    package let url: String

    package init(authority: String, url: String) {
        self.authority = authority
        self.url = url
    }
}

/// In place of a store that nobody has given: every request fails and says so.
package struct NoRemoteStore: RemoteStore {
    package var address: StoreAddress? { nil }

    package func naming(_ place: ObjectLocation) -> NoRemoteStore { self }

    private static func refusal(_ location: ObjectLocation) -> PipelineError {
        PipelineError(
            code: .usage, location: "\(location)",
            reason:
                "lies in S3, and only this machine's files can be read here; give a store of S3, "
                + "as MeteringPipeline has it")
    }

    package func objects(at location: ObjectLocation) throws(PipelineError) -> [StoredObject] {
        throw Self.refusal(location)
    }

    package func version(of location: ObjectLocation) throws(PipelineError) -> ObjectVersion? {
        throw Self.refusal(location)
    }

    package func open(_ object: StoredObject) throws(PipelineError) -> any ObjectBody {
        throw Self.refusal(object.location)
    }

    package func place(
        _ file: StagedFile, at target: ObjectLocation, where condition: PlacementCondition
    ) throws(PipelineError) -> ObjectVersion? {
        throw Self.refusal(target)
    }

    package func move(
        _ object: StoredObject, to target: ObjectLocation
    ) throws(PipelineError) -> StoredObject {
        throw Self.refusal(target)
    }

    package func remove(
        _ location: ObjectLocation, version: ObjectVersion?
    ) throws(PipelineError) -> Bool {
        throw Self.refusal(location)
    }

    package func objects(
        beginningAs location: ObjectLocation
    ) throws(PipelineError) -> [StoredObject] {
        throw Self.refusal(location)
    }

    package func hasObjects(beginningAs location: ObjectLocation) throws(PipelineError) -> Bool {
        throw Self.refusal(location)
    }

    package func notedChecksum(of location: ObjectLocation) throws(PipelineError) -> Checksum? {
        throw Self.refusal(location)
    }

    package func read(
        _ range: Range<Int>, of location: ObjectLocation, in version: ObjectVersion
    ) throws(PipelineError) -> [UInt8]? {
        throw Self.refusal(location)
    }

    package func create(
        _ bytes: [UInt8], at target: ObjectLocation
    ) throws(PipelineError) -> ObjectVersion? {
        throw Self.refusal(target)
    }

    package func honoursConditions(at location: ObjectLocation) throws(PipelineError) -> Bool {
        throw Self.refusal(location)
    }
}
