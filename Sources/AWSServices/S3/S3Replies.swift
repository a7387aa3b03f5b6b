/// The XML that S3 answers with, as far as it is used.
enum S3Replies {
    struct ListObjects: Decodable {
        struct Object: Decodable {
            var Key: String
            var Size: Int64
            var ETag: String
            var LastModified: String?
            var StorageClass: String?
        }
        var Contents: [Object]?
        var EncodingType: String?
        /// Always there, so that what is no listing is not taken for an empty one.
        var IsTruncated: Bool
        var NextContinuationToken: String?
    }

    struct CopyObject: Decodable {
        var ETag: String
    }

    struct CreateMultipartUpload: Decodable {
        var UploadId: String
    }

    struct CompleteMultipartUpload: Decodable {
        var ETag: String
    }

    struct ListParts: Decodable {
        struct Part: Decodable {}
        var Part: [Part]?
    }

    /// Whether a body that came with status 200 tells of an error: copying and completing take long, so
    /// that S3 sends its headers before it knows.
    static func isError(_ body: [UInt8]) -> Bool {
        String(decoding: body.prefix(1024), as: UTF8.self).contains("<Error>")
    }
}
