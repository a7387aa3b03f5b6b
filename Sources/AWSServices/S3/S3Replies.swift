/// The XML that S3 answers with, as far as it is used.
enum S3Replies {
    struct ListObjects: XMLDocument {
        static let root: StaticString? = "ListBucketResult"

        struct Object {
            var key: String
            var size: Int64
            var etag: String
            var modified: String?
            var storageClass: String?
        }
        var objects: [Object] = []
        var encoding: String?
        /// Always there, so that what is no listing is not taken for an empty one.
        var isTruncated: Bool
        var nextToken: String?

        init(_ reader: inout XMLReader) throws(XMLFault) {
            var isTruncated: Bool?
            while let name = try reader.child() {
                switch name {
                case "Contents": objects.append(try Object(&reader))
                case "EncodingType": try reader.set(&encoding, try reader.text())
                case "IsTruncated": try reader.set(&isTruncated, try reader.truth())
                case "NextContinuationToken": try reader.set(&nextToken, try reader.text())
                default: try reader.skip()
                }
            }
            self.isTruncated = try reader.required(isTruncated, "IsTruncated")
        }
    }

    struct CopyObject: XMLDocument {
        let etag: String

        init(_ reader: inout XMLReader) throws(XMLFault) {
            etag = try reader.only("ETag")
        }
    }

    struct CreateMultipartUpload: XMLDocument {
        let uploadID: String

        init(_ reader: inout XMLReader) throws(XMLFault) {
            uploadID = try reader.only("UploadId")
        }
    }

    struct CompleteMultipartUpload: XMLDocument {
        let etag: String

        init(_ reader: inout XMLReader) throws(XMLFault) {
            etag = try reader.only("ETag")
        }
    }

    struct ListParts: XMLDocument {
        static let root: StaticString? = "ListPartsResult"
        var hasParts = false

        init(_ reader: inout XMLReader) throws(XMLFault) {
            while let name = try reader.child() {
                if "Part" ~= name { hasParts = true }
                try reader.skip()
            }
        }
    }

    /// Whether a body that came with status 200 tells of an error: copying and completing take long, so
    /// that S3 sends its headers before it knows.
    static func isError(_ body: [UInt8]) -> Bool {
        var reader = XMLReader(body)
        guard case .start(let root)? = try? reader.next() else { return false }
        return "Error" ~= root
    }
}

extension S3Replies.ListObjects.Object {
    fileprivate init(_ reader: inout XMLReader) throws(XMLFault) {
        var (key, etag): (String?, String?)
        var size: Int64?
        while let name = try reader.child() {
            switch name {
            case "Key": try reader.set(&key, try reader.text())
            case "Size":
                try reader.set(&size, try reader.number(upTo: S3ObjectAttributes.maximumSize))
            case "ETag": try reader.set(&etag, try reader.text())
            case "LastModified": try reader.set(&modified, try reader.text())
            case "StorageClass": try reader.set(&storageClass, try reader.text())
            default: try reader.skip()
            }
        }
        self.key = try reader.required(key, "Key")
        self.size = try reader.required(size, "Size")
        self.etag = try reader.required(etag, "ETag")
    }
}

extension XMLReader {
    /// The text of the one element of that name in the element that is entered, whose end is read.
    fileprivate mutating func only(_ name: StaticString) throws(XMLFault) -> String {
        var found: String?
        while let child = try child() {
            if name ~= child { try set(&found, try text()) } else { try skip() }
        }
        return try required(found, name)
    }
}
