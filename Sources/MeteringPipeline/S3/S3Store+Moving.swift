internal import AWSServices
internal import MeteringLake

/// How objects are moved and taken away.
extension S3Store {
    func move(
        _ object: StoredObject, to target: ObjectLocation
    ) async throws(PipelineError) -> StoredObject {
        try await asking(object.location) { client, bucket in
            let source = try await client.present(object.location.path, in: bucket)
            // Another object than the one that was listed stays, to be read by the next run.
            if let source, let listed = object.listed, Self.version(of: source) != listed {
                return object
            }
            var free = target
            var copies = 0
            var isCopied = false
            while !isCopied, let present = try await client.present(free.path, in: bucket) {
                // A run that was interrupted, or another machine's, has copied it already.
                isCopied = source.map { Self.isCopy(present, of: $0) } ?? true
                if isCopied { break }
                copies += 1
                free = ObjectLocation(key: "\(target.path).\(copies)", in: bucket)
            }
            if !isCopied {
                guard let source else { throw Self.missing(object.location) }
                try await client.copyObject(
                    object.location.path, in: bucket, to: free.path, in: bucket,
                    ifSourceMatches: source.etag
                )
                let copy = try await client.present(free.path, in: bucket)
                guard copy?.size == source.size else {
                    throw PipelineError(
                        code: .inputOutput, location: "\(free)", reason: "is no whole copy"
                    )
                }
            }
            if let source {
                try await client.deleteObject(
                    object.location.path, in: bucket, ifMatches: source.etag)
            }
            return StoredObject(location: free)
        }
    }

    private static func isCopy(_ copy: S3ObjectAttributes, of object: S3ObjectAttributes) -> Bool {
        copy.size == object.size && version(of: copy).tag == version(of: object).tag
    }

    func remove(
        _ location: ObjectLocation, version: ObjectVersion?
    ) async throws(PipelineError) -> Bool {
        try await asking(location) { client, bucket in
            // Asked for first, since not every store heeds the condition on what is taken away.
            if let version {
                let present = try await client.present(location.path, in: bucket)
                guard let present else { return true }
                guard Self.version(of: present) == version else { return false }
            }
            do {
                try await client.deleteObject(
                    location.path, in: bucket, ifMatches: version.map { Self.etag(of: $0) })
                return true
            } catch let error as AWSError where error.isPreconditionFailed {
                return false
            }
        }
    }
}
