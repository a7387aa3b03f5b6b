internal import AWSServices
internal import Foundation
internal import MeteringLake
internal import Synchronization

/// Objects in S3, or in what speaks its protocol.
struct S3Store: RemoteStore {
    /// Nil for what the surroundings say, which are not looked at before they are needed.
    private let environment: AWSEnvironment?
    private let connection: Connection
    /// A place that somebody has named: where the way to S3 is at fault, it is named for all below it.
    private var namedPlace: ObjectLocation?

    /// - Parameter environment: where and as whom to ask; what the surroundings say where nil.
    init(_ environment: AWSEnvironment? = nil) {
        self.environment = environment
        connection = environment.map { Connection(S3Client($0)) } ?? .standard
    }

    var address: StoreAddress? {
        // What is wrong with the configuration is told when something is asked for.
        let endpoint =
            if let environment { environment.foreignEndpoint(of: "s3") } else {
                try? AWSEnvironment.standardForeignEndpoint(of: "s3")
            }
        return endpoint.map {
            StoreAddress(authority: $0.authority, url: "\($0.origin)\($0.basePath)")
        }
    }

    func naming(_ place: ObjectLocation) -> S3Store {
        var store = self
        store.namedPlace = place
        return store
    }

    /// A client that is made when it is first needed.
    private final class Connection: Sendable {
        private let making: Mutex<Task<S3Client, any Error>?>

        static let standard = Connection(nil)

        init(_ client: S3Client?) {
            making = Mutex(client.map { client in Task { client } })
        }

        func client() async throws -> S3Client {
            try await making.withLock { making in
                let task = making ?? Task { S3Client(try AWSEnvironment.standard()) }
                making = task
                return task
            }.value
        }
    }

    // MARK: Reading

    func objects(
        beginningAs location: ObjectLocation
    ) async throws(PipelineError) -> [StoredObject] {
        Self.objects(
            try await asking(location) { client, bucket in
                try await client.listObjects(in: bucket, prefix: location.path)
            },
            in: location.bucket ?? ""
        )
    }

    func hasObjects(beginningAs location: ObjectLocation) async throws(PipelineError) -> Bool {
        try await asking(location) { client, bucket in
            let listing = client.listing(of: bucket, prefix: location.path, pageSize: 1)
            // A page may be empty and not the last.
            while let page = try await listing.next() {
                if !page.isEmpty { return true }
            }
            return false
        }
    }

    func objects(at location: ObjectLocation) async throws(PipelineError) -> [StoredObject] {
        let found = try await asking(location) { client, bucket in
            var found = try await client.listObjects(in: bucket, prefix: location.folderPath)
            if !location.path.isEmpty, location.path != location.folderPath {
                // The first key that begins so is the one that ends so too.
                let first = try await client.listing(
                    of: bucket, prefix: location.path, pageSize: 1
                ).next()
                found += first?.filter { Self.isEqual($0.key, location.path) } ?? []
            }
            return found
        }
        guard !found.isEmpty else {
            throw PipelineError(
                code: .notFound, location: "\(location)", reason: "there are no such objects"
            )
        }
        return Self.objects(found, in: location.bucket ?? "")
    }

    private static func objects(
        _ found: [S3ObjectAttributes], in bucket: String
    ) -> [StoredObject] {
        // What consoles make to stand for empty folders is none.
        found.filter { $0.size > 0 || $0.key.utf8.last != UInt8(ascii: "/") }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { object in
                StoredObject(
                    location: ObjectLocation(key: object.key, in: bucket),
                    listed: version(of: object), isArchived: object.isArchived
                )
            }
    }

    func version(of location: ObjectLocation) async throws(PipelineError) -> ObjectVersion? {
        Self.version(of: try await head(location))
    }

    private func head(_ location: ObjectLocation) async throws(PipelineError) -> S3ObjectAttributes
    {
        let found = try await asking(location) { client, bucket in
            try await client.present(location.path, in: bucket)
        }
        guard let found else { throw Self.missing(location) }
        return found
    }

    func notedChecksum(of location: ObjectLocation) async throws(PipelineError) -> Checksum? {
        try await head(location).metadata[Self.checksumName].flatMap { Checksum($0) }
    }

    func open(_ object: StoredObject) async throws(PipelineError) -> any ObjectBody {
        let key = object.location.path
        return try await asking(object.location) { client, bucket in
            do {
                return Download(
                    try await client.getObject(key, in: bucket), of: object.location, in: self)
            } catch let error as AWSError {
                guard try await client.isOfNothing(error, key, in: bucket) else {
                    throw error
                }
                throw Self.missing(object.location)
            }
        }
    }

    func read(
        _ range: Range<Int>, of location: ObjectLocation, in version: ObjectVersion
    ) async throws(PipelineError) -> [UInt8]? {
        try await asking(location) { client, bucket in
            do {
                let download = try await client.getObject(
                    location.path, in: bucket,
                    range: Int64(range.lowerBound)..<Int64(range.upperBound),
                    ifMatch: Self.etag(of: version)
                )
                var bytes: [UInt8] = []
                // No more than what comes is believed to come.
                bytes.reserveCapacity(min(range.count, 1 << 20))
                while let chunk = try await download.next() {
                    chunk.withUnsafeBytes { bytes.append(contentsOf: $0) }
                }
                guard bytes.count == range.count else {
                    throw PipelineError(
                        code: .inputOutput, location: "\(location)",
                        reason: "has fewer bytes than its store has told before")
                }
                return bytes
            } catch let error as AWSError where error.isPreconditionFailed {
                return nil
            }
        }
    }

    /// An object that is being downloaded.
    private final class Download: ObjectBody {
        private let download: S3Download
        private let location: ObjectLocation
        private let store: S3Store

        init(_ download: S3Download, of location: ObjectLocation, in store: S3Store) {
            self.download = download
            self.location = location
            self.store = store
        }

        var version: ObjectVersion? { S3Store.version(of: download.attributes) }

        func next(_ body: (UnsafeRawBufferPointer) throws -> Void) async throws -> Bool {
            let chunk: BodyChunk?
            do {
                chunk = try await download.next()
            } catch {
                throw store.failure(error, location)
            }
            guard let chunk else { return false }
            try chunk.withUnsafeBytes(body)
            return true
        }
    }

    // MARK: Writing

    /// The names of an object's own notes: its SHA-256, and what tells one writing of the same bytes from
    /// another, so that a run knows what it has written itself.
    private static let checksumName = "bedrock-metering-sha256"
    private static let writingName = "bedrock-metering-writing"

    func place(
        _ file: StagedFile, at target: ObjectLocation, where condition: PlacementCondition
    ) async throws(PipelineError) -> ObjectVersion? {
        let checksum = file.checksum.description
        return try await put(
            .file(path: file.path, size: file.size, sha256: checksum), at: target,
            where: condition,
            metadata: [Self.checksumName: checksum, Self.writingName: file.writing])
    }

    func create(
        _ bytes: [UInt8], at target: ObjectLocation
    ) async throws(PipelineError) -> ObjectVersion? {
        try await put(
            .bytes(bytes), at: target, where: .nothing,
            metadata: [Self.writingName: UUID().uuidString])
    }

    private func put(
        _ body: S3Upload, at target: ObjectLocation, where condition: PlacementCondition,
        metadata: [String: String]
    ) async throws(PipelineError) -> ObjectVersion? {
        try await asking(target) { client, bucket in
            do {
                let placed = try await client.putObject(
                    body, at: target.path, in: bucket, condition: Self.condition(condition),
                    metadata: metadata)
                return Self.version(of: placed)
            } catch let error as AWSError where Self.isLostRace(error, condition) {
                // Perhaps it was won, and the reply lost.
                let present = try await client.present(target.path, in: bucket)
                guard let present,
                    present.metadata[Self.writingName] == metadata[Self.writingName]
                else { return nil }
                return Self.version(of: present)
            }
        }
    }

    private static func condition(_ condition: PlacementCondition) -> S3Condition {
        switch condition {
        case .anything: .none
        case .nothing: .ifAbsent
        case .version(let version): .ifMatches(etag: etag(of: version))
        }
    }

    static func etag(of version: ObjectVersion) -> String { "\"\(version.tag)\"" }

    /// Whether an error says that an object is not, or not any more, as a condition has it.
    private static func isLostRace(_ error: AWSError, _ condition: PlacementCondition) -> Bool {
        guard condition != .anything, error.code != "NoSuchBucket" else { return false }
        // 409 tells of a request at the same time, 404 of one that took the object away.
        return error.isPreconditionFailed || error.status == 409 || error.status == 404
    }

    func honoursConditions(at location: ObjectLocation) async throws(PipelineError) -> Bool {
        try await asking(location) { client, bucket in
            func isRefused(_ condition: S3Condition) async throws -> Bool {
                do {
                    _ = try await client.putObject(
                        .bytes(Array("This object shows whether conditions hold.\n".utf8)),
                        at: location.path, in: bucket, condition: condition
                    )
                    return false
                } catch let error as AWSError
                    where error.isPreconditionFailed || error.status == 409
                {
                    return true
                } catch let error as AWSError where error.status == 501 || error.status == 400 {
                    return false
                }
            }
            func honours() async throws -> Bool {
                // The first one makes the object.
                _ = try await isRefused(.ifAbsent)
                let noObject = "\"00000000000000000000000000000000\""
                guard try await isRefused(.ifAbsent) else { return false }
                return try await isRefused(.ifMatches(etag: noObject))
            }
            let answer: Result<Bool, any Error>
            do { answer = .success(try await honours()) } catch { answer = .failure(error) }
            // Readers of all objects would stumble on it; a lake is no worse for it where it stays.
            _ = try? await client.deleteObject(location.path, in: bucket, ifMatches: nil)
            return try answer.get()
        }
    }

    // MARK: Answers

    static func version(of object: S3ObjectAttributes) -> ObjectVersion {
        // An ETag stands for the contents; the time tells nothing more, and is not told alike everywhere.
        let tag = object.etag.filter { $0 != "\"" }
        return ObjectVersion(size: object.size, modifiedNanoseconds: nil, tag: tag)
    }

    /// Asks the client, and tells of its errors as the pipeline does.
    func asking<Answer>(
        _ location: ObjectLocation, _ body: (S3Client, _ bucket: String) async throws -> Answer
    ) async throws(PipelineError) -> Answer {
        do {
            return try await body(try await connection.client(), location.bucket ?? "")
        } catch {
            throw failure(error, location)
        }
    }

    static func missing(_ location: ObjectLocation) -> PipelineError {
        PipelineError(code: .notFound, location: "\(location)", reason: "there is no such object")
    }

    private func failure(_ error: any Error, _ location: ObjectLocation) -> PipelineError {
        if let error = error as? PipelineError { return error }
        if let error = error as? AWSError, error.isNotFound {
            guard error.code == "NoSuchBucket" else { return Self.missing(location) }
            return PipelineError(
                code: .notFound, location: "s3://\(location.bucket ?? "")",
                reason: "there is no such bucket"
            )
        }
        let place = isOfNamedPlace(error) ? namedPlace(around: location) : location
        return AWSFailure.error(of: error, at: "\(place)")
            ?? PipelineError(code: .inputOutput, location: "\(place)", reason: "\(error)")
    }

    /// Whether an error is about all of the place that somebody has named, or about a prefix that is
    /// listed and that nobody has named.
    private func isOfNamedPlace(_ error: any Error) -> Bool {
        guard let error = error as? AWSError else { return AccessFailure.isOne(error) }
        if error.operation == S3Listing.operation || error.bucketRegion != nil { return true }
        // A connection that was there and broke, or went silent, did so at this object.
        return AccessFailure.isOne(error) && !error.mayHaveTakenEffect
            && (error.status != nil || error.code == "ConnectionFailed")
    }

    private func namedPlace(around location: ObjectLocation) -> ObjectLocation {
        guard let namedPlace, namedPlace.name(of: location) != nil else { return location }
        return namedPlace
    }

    private static func isEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}
