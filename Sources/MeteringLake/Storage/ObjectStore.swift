/// What holds objects: a file system, or S3.
package protocol ObjectStore: Sendable {
    /// The object at `location` and all objects below it, in the order of their names' bytes.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is none, not even an empty folder.
    func objects(at location: ObjectLocation) async throws(PipelineError) -> [StoredObject]

    /// What tells this version of an object from others; nil where it has none, such as a pipe.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no such object.
    func version(of location: ObjectLocation) async throws(PipelineError) -> ObjectVersion?

    /// Opens an object, to be read from its beginning to its end.
    func open(_ object: StoredObject) async throws(PipelineError) -> any ObjectBody

    /// Puts a file at `target` in one step, where that is what `condition` says.
    ///
    /// - Returns: the new version; nil where the condition does not hold, and nothing was changed.
    func place(
        _ file: StagedFile, at target: ObjectLocation, where condition: PlacementCondition
    ) async throws(PipelineError) -> ObjectVersion?

    /// Moves an object to the first free name like `target`, `target.1` …; safe to do again where it was
    /// interrupted.
    ///
    /// - Returns: where it is now.
    func move(
        _ object: StoredObject, to target: ObjectLocation
    ) async throws(PipelineError) -> StoredObject

    /// Takes an object away, where it is still `version`, or whatever it is where nil.
    ///
    /// - Returns: false where it is another one; it stays then.
    func remove(
        _ location: ObjectLocation, version: ObjectVersion?
    ) async throws(PipelineError) -> Bool
}

/// What must be in the place of an object that is put there, as far as the store can see to that.
///
/// On a file system the lake's lock does.
package enum PlacementCondition: Sendable, Hashable {
    case anything
    case nothing
    case version(ObjectVersion)
}

/// An object that is being read. One task at a time has it.
package protocol ObjectBody: AnyObject, Sendable {
    /// The version that was opened; nil where that cannot be told.
    var version: ObjectVersion? { get }

    /// Hands the next bytes to `body`, which are valid until it returns; returns false at the end, once
    /// all of the object has come as it was stored.
    func next(_ body: (UnsafeRawBufferPointer) throws -> Void) async throws -> Bool
}
