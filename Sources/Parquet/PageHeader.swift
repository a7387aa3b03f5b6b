/// What stands before every page (`parquet.thrift`, `PageHeader`).
struct PageHeader {
    /// `parquet.thrift`, `PageType`.
    enum Kind: Int32 {
        case data = 0
        case index = 1
        case dictionary = 2
        case dataV2 = 3
    }

    var kind: Kind
    var uncompressedSize: Int
    var compressedSize: Int
    /// Of the page as it lies in the file.
    var checksum: UInt32?
    /// Also the missing ones.
    var values = 0
    var encoding: Int32 = 0
    /// Of data pages of version 1.
    var levelEncoding: Int32 = Encoding.rle.rawValue
    /// Of data pages of version 2.
    var definitionLevelsSize = 0
    var repetitionLevelsSize = 0
    var isCompressed = true
}

extension PageHeader {
    /// The bytes of a header of a data page of version 1 or a dictionary page.
    func bytes() -> [UInt8] {
        ThriftWriter.bytes { header in
            header.int32(1, kind.rawValue)
            header.int32(2, Int32(uncompressedSize))
            header.int32(3, Int32(compressedSize))
            if let checksum { header.int32(4, Int32(bitPattern: checksum)) }
            header.structure(kind == .dictionary ? 7 : 5) { page in
                page.int32(1, Int32(values))
                page.int32(2, encoding)
                guard kind == .data else { return }
                page.int32(3, Encoding.rle.rawValue)
                page.int32(4, Encoding.rle.rawValue)
            }
        }
    }
}

extension PageHeader {
    /// - Throws: ``ParquetError/damaged(_:)``.
    init(from reader: inout ThriftReader) throws(ParquetError) {
        self.init(kind: .index, uncompressedSize: -1, compressedSize: -1)
        var number: Int32?
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1: number = try reader.int32(type)
            case 2: uncompressedSize = try reader.count(type)
            case 3: compressedSize = try reader.count(type)
            case 4: checksum = UInt32(bitPattern: try reader.int32(type))
            case 5, 7:
                try reader.structure(type)
                try readPage(from: &reader)
            case 8:
                try reader.structure(type)
                try readVersion2(from: &reader)
            default: try reader.skip(type)
            }
        }
        guard let number, let kind = Kind(rawValue: number) else {
            throw .damaged("a page has no known type")
        }
        guard uncompressedSize >= 0, compressedSize >= 0 else {
            throw .damaged("a page has no size")
        }
        self.kind = kind
    }

    private mutating func readPage(from reader: inout ThriftReader) throws(ParquetError) {
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1: values = try reader.count(type)
            case 2: encoding = try reader.int32(type)
            case 3 where type == .int32: levelEncoding = try reader.int32(type)
            default: try reader.skip(type)
            }
        }
    }

    private mutating func readVersion2(from reader: inout ThriftReader) throws(ParquetError) {
        var field = 0
        while let type = try reader.next(&field) {
            switch field {
            case 1: values = try reader.count(type)
            case 4: encoding = try reader.int32(type)
            case 5: definitionLevelsSize = try reader.count(type)
            case 6: repetitionLevelsSize = try reader.count(type)
            case 7: isCompressed = try reader.bool(type)
            default: try reader.skip(type)
            }
        }
    }
}
