internal import Gzip

/// The text of an object as UTF-8, whatever it is compressed by, and if it begins with a byte order mark
/// whichever of UTF-8 and UTF-16 that says.
///
/// Bytes are given by ``feed(_:)`` and taken out by ``read(into:atEnd:)``.
struct ObjectText: ~Copyable {
    private let object: String
    private let gunzip: GunzipStream
    private var encoding = Encoding.unknown
    /// The first bytes before they are decoded, ``FileSignature/size`` of them at most.
    private(set) var beginning: [UInt8] = []
    private var beginningIsKnown = false
    /// Bytes of the byte order mark that are not in the text.
    private(set) var markSize = 0

    private enum Encoding {
        case unknown, utf8
        case utf16(UTF16Decoder)
    }

    private static let utf8Mark: [UInt8] = [0xef, 0xbb, 0xbf]

    init(of object: String, within budget: InflationBudget) {
        self.object = object
        gunzip = GunzipStream(object: budget)
    }

    /// Gives the next bytes, which must stay valid until ``read(into:atEnd:)`` has returned 0.
    func feed(_ chunk: UnsafeRawBufferPointer) {
        gunzip.feed(chunk)
    }

    /// Fills `output`, which is 4 KiB or more, as far as the bytes go.
    ///
    /// - Returns: the bytes written; 0 where more bytes are needed, or the end is reached.
    /// - Throws: ``ExportDecodingError`` where the bytes cannot be inflated, or begin as no text does.
    mutating func read(
        into output: UnsafeMutableRawBufferPointer, atEnd: Bool
    ) throws(ExportDecodingError) -> Int {
        guard beginningIsKnown else { return try readBeginning(into: output, atEnd: atEnd) }
        guard case .utf16(var decoder) = encoding else {
            return try inflate(into: output, atEnd: atEnd)
        }
        defer { encoding = .utf16(decoder) }
        while true {
            let raw = UnsafeMutableRawBufferPointer.allocate(
                byteCount: output.count / 2, alignment: 1)
            defer { raw.deallocate() }
            let read = try inflate(into: raw, atEnd: atEnd)
            guard read > 0 else { return atEnd ? decoder.finish(into: output) : 0 }
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(raw)[..<read])
            let written = decoder.decode(bytes, into: output)
            if written > 0 { return written }
        }
    }

    /// What an object with many lines that are no text seems to be; nil where it begins as text.
    var unreadableLikeness: String? {
        guard !beginning.withUnsafeBytes({ UnsoundBytes.mayBeText($0) }) else { return nil }
        let hasControls = beginning.contains { $0 < 0x08 || $0 == 0x7f }
        return hasControls ? FileSignature.unknown : FileSignature.otherEncoding
    }

    private func inflate(
        into output: UnsafeMutableRawBufferPointer, atEnd: Bool
    ) throws(ExportDecodingError) -> Int {
        do throws(GzipError) {
            return try gunzip.read(into: output, atEnd: atEnd)
        } catch {
            throw ExportDecodingError(error, object: object)
        }
    }

    /// Waits for the first bytes, which tell what the others are, and writes them.
    private mutating func readBeginning(
        into output: UnsafeMutableRawBufferPointer, atEnd: Bool
    ) throws(ExportDecodingError) -> Int {
        while beginning.count < FileSignature.size {
            let missing = FileSignature.size - beginning.count
            let room = UnsafeMutableRawBufferPointer(rebasing: output[..<missing])
            let read = try inflate(into: room, atEnd: atEnd)
            guard read > 0 else { break }
            beginning += room[..<read]
        }
        guard beginning.count == FileSignature.size || atEnd else { return 0 }
        beginningIsKnown = true
        if let likeness = FileSignature.likeness(of: beginning) {
            throw ExportDecodingError(
                code: .notText, object: object, byteOffset: 0, likeness: likeness)
        }
        return try decodeBeginning(into: output, atEnd: atEnd)
    }

    private mutating func decodeBeginning(
        into output: UnsafeMutableRawBufferPointer, atEnd: Bool
    ) throws(ExportDecodingError) -> Int {
        if FileSignature.beginsUTF16(beginning) {
            var decoder = UTF16Decoder(isBigEndian: beginning[0] == 0xfe)
            let written = beginning.withUnsafeBytes {
                decoder.decode(UnsafeRawBufferPointer(rebasing: $0.dropFirst(2)), into: output)
            }
            encoding = .utf16(decoder)
            return written > 0 ? written : try read(into: output, atEnd: atEnd)
        }
        encoding = .utf8
        markSize = beginning.starts(with: Self.utf8Mark) ? Self.utf8Mark.count : 0
        let text = beginning[markSize...]
        output.copyBytes(from: text)
        return text.isEmpty ? try read(into: output, atEnd: atEnd) : text.count
    }
}
